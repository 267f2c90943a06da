from itertools import accumulate

from local.shop.dice import Dice, Window


def test_a_seed_gives_the_same_choices_on_every_machine() -> None:
    dice = Dice(7)
    assert [dice.below(1_000) for _ in range(6)] == [323, 150, 650, 72, 535, 365]


def test_numbers_below_a_limit_reach_both_ends_and_no_further() -> None:
    dice = Dice(1)
    assert {dice.below(4) for _ in range(200)} == {0, 1, 2, 3}


def test_choices_follow_their_weights() -> None:
    dice = Dice(1)
    drawn = [dice.weighted(tuple(accumulate((1, 0, 3)))) for _ in range(4_000)]
    assert drawn.count(1) == 0
    assert 2_850 < drawn.count(2) < 3_150


def test_a_chance_comes_true_in_its_share_of_the_cases() -> None:
    dice = Dice(1)
    assert 450 < sum(dice.chance(0.05) for _ in range(10_000)) < 550
    assert not any(dice.chance(0) for _ in range(100))


def test_a_window_never_holds_more_than_its_size() -> None:
    window: Window[int] = Window(size=3, dice=Dice(1))
    for number in range(50):
        window.add(number)
    assert len(window) == 3


def test_what_is_taken_from_a_window_is_gone() -> None:
    window: Window[int] = Window(size=10, dice=Dice(1))
    for number in range(10):
        window.add(number)
    assert sorted(window.take() for _ in range(10)) == list(range(10))
    assert not window


def test_looking_into_a_window_leaves_it_as_it_is() -> None:
    window: Window[str] = Window(size=2, dice=Dice(1))
    window.add("only")
    assert (window.look(), len(window)) == ("only", 1)
