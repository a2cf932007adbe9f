"""The actions of the process list that arrange it: tree, groups, threads, tags, columns."""

from nodetop.keys.action import Action

ARRANGEMENT = "Tree, groups and columns"
TAGS = "Tags"

PROCESS_LIST: tuple[Action, ...] = (
    Action("tree", "F5 t", "tree", "the processes as a tree, and back", ARRANGEMENT, "tree"),
    Action("group", "y", "group", "in groups: by program, by user, by container, and back", ARRANGEMENT),
    Action("containers", "O", "group_by('container')", "by container or unit, and back", ARRANGEMENT),
    Action("expand", "+", "fold(True)", "open the row; on other panels: graphs of less time", ARRANGEMENT),
    Action("collapse", "-", "fold(False)", "close it, with sums; on other panels: graphs of more time", ARRANGEMENT),
    Action("right", "Right", "inwards", "open the row, or go inside", ARRANGEMENT),
    Action("left", "Left", "outwards", "close the row, or go to the one it hangs on", ARRANGEMENT),
    Action("expand_all", "*", "fold_all", "open all rows; if all are open, close them", ARRANGEMENT),
    Action("whole_branches", "W", "whole", "each row of the tree with the sums of its branch", ARRANGEMENT),
    Action("threads", "H", "threads", "threads as rows of their own, and without", ARRANGEMENT),
    Action("columns", "C", "columns", "choose the columns and their order", ARRANGEMENT),
    Action("tag", "Space", "tag", "tag the process, or take its tag away", TAGS),
    Action("tag_children", "c", "tag_branch", "tag it with all its children", TAGS),
    Action("untag", "U", "untag", "take all tags away", TAGS),
)
