"""The actions for arranging the process list: tree, groups, threads, tags, columns."""

from nodetop.keys.action import Action

ARRANGEMENT = "Tree, groups and columns"
TAGS = "Tags"

PROCESS_LIST: tuple[Action, ...] = (
    Action("tree", "F5 t", "tree", "tree or flat list", ARRANGEMENT, "tree"),
    Action("group", "y", "group", "group by program, user, container", ARRANGEMENT),
    Action("containers", "O", "group_by('container')", "group by container or unit", ARRANGEMENT),
    Action("expand", "+", "fold(True)", "open the row; on other panels: zoom the graphs in", ARRANGEMENT),
    Action("collapse", "-", "fold(False)", "close the row; on other panels: zoom the graphs out", ARRANGEMENT),
    Action("right", "Right", "inwards", "open the row, or go to its first child", ARRANGEMENT),
    Action("left", "Left", "outwards", "close the row, or go to its parent", ARRANGEMENT),
    Action("expand_all", "*", "fold_all", "open all rows, or close them", ARRANGEMENT),
    Action("whole_branches", "W", "whole", "each row of a tree with its branch", ARRANGEMENT),
    Action("threads", "H", "threads", "show or hide threads", ARRANGEMENT),
    Action("columns", "C", "columns", "choose the columns and their order", ARRANGEMENT),
    Action("tag", "Space", "tag", "tag or untag the process", TAGS),
    Action("tag_children", "c", "tag_branch", "tag it with all its children", TAGS),
    Action("untag", "U", "untag", "remove all tags", TAGS),
)
