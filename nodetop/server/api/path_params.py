"""Which cluster and which node a path names."""

from starlette.requests import Request

from nodetop.model.hub_api import ALL_CLUSTERS
from nodetop.server.base.errors import Refusal
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import FleetNode, Key


class PathParams:
    """Looks up the {cluster} and {node} of a path. Raises Refusal (404) if there is no such cluster or node."""

    def __init__(self, fleet: Fleet, own_cluster: str) -> None:
        self._fleet, self._own_cluster = fleet, own_cluster

    def cluster(self, request: Request) -> str:
        """The cluster's id, or ALL_CLUSTERS."""
        cluster: str = request.path_params["cluster"]
        if cluster not in (ALL_CLUSTERS, self._own_cluster) and not self._fleet.has_cluster(cluster):
            raise Refusal(404, "no_such_cluster", "There is no such cluster.")
        return cluster

    def key(self, request: Request) -> Key:
        """Cluster and node; the node need not exist. Under ALL_CLUSTERS it is the node of the hub's own cluster, else
        the only node of this name. Raises Refusal (409) if several clusters have one."""
        cluster, name = self.cluster(request), request.path_params["node"].lower()
        if cluster != ALL_CLUSTERS:
            return cluster, name
        found = [node.key for node in self._fleet.nodes(ALL_CLUSTERS) if node.key[1] == name]
        own = self._own_cluster, name
        if own in found or not found:
            return own
        if len(found) > 1:
            raise Refusal(409, "ambiguous_node", "Several clusters have a node of this name; name the cluster.")
        return found[0]

    def node(self, request: Request) -> FleetNode:
        """The node, which must exist."""
        node = self._fleet.get(self.key(request))
        if node is None:
            raise Refusal(404, "no_such_node", "There is no such node.")
        return node
