"""After a reshard a child shard waits for its parents."""

from local.lambda_service.lineage import Shard, readable

PARENT = Shard(shard_id="p", closed=True)
OTHER = Shard(shard_id="q", closed=True)
SPLIT = [PARENT, Shard(shard_id="a", parents=("p",)), Shard(shard_id="b", parents=("p",))]


def ids(shards: list[Shard]) -> list[str]:
    return [shard.shard_id for shard in shards]


def test_shards_without_parents_are_read_side_by_side() -> None:
    assert ids(readable([Shard(shard_id="a"), Shard(shard_id="b")], set())) == ["a", "b"]


def test_children_of_a_split_wait_until_the_parent_is_finished() -> None:
    assert ids(readable(SPLIT, set())) == ["p"]
    assert ids(readable(SPLIT, {"p"})) == ["a", "b"]


def test_the_child_of_a_merge_waits_for_both_parents() -> None:
    merged = [PARENT, OTHER, Shard(shard_id="m", parents=("p", "q"))]
    assert ids(readable(merged, {"p"})) == ["q"]
    assert ids(readable(merged, {"p", "q"})) == ["m"]


def test_a_parent_that_has_expired_is_not_waited_for() -> None:
    assert ids(readable([Shard(shard_id="a", parents=("gone",))], set())) == ["a"]


def test_grandchildren_wait_for_their_own_parents() -> None:
    family = [*SPLIT, Shard(shard_id="aa", parents=("a",))]
    assert ids(readable(family, {"p"})) == ["a", "b"]
    assert ids(readable(family, {"p", "a"})) == ["b", "aa"]
