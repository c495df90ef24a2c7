"""Losses and names are read where a program prints them, and nowhere else."""

from primesong.sandbox.training import Training


def test_losses_are_read_only_where_they_are_losses():
    training = Training()
    lines = ("step    1 /  500 | loss 3.5", "step 2 / 500 | loss nan", "loss 2", "step 2 / 500 | loss 2.5 ", "ga")
    assert [training.read(line) for line in lines] == [True, False, False, True, False]
    assert (training.losses, training.steps, training.recent, training.last_words) == ([3.5, 2.5], 500, 3.0, "ga")


def test_names_are_split_into_known_and_new_ones():
    training = Training()
    for line in ("sample  1: anna", "sample 2: zyx", "sample 3: anna", "sample 4: ", "simple 5: ben"):
        training.read(line)
    assert training.names == ["anna", "zyx", "anna", ""]
    assert training.split({"anna", "ben"}) == (["anna"], ["zyx"])
    assert training.to_json({"anna", "ben"}) == {
        "steps": 0, "losses": [], "names": ["anna", "zyx", "anna", ""], "in_the_list": ["anna"], "new": ["zyx"],
    }  # fmt: skip


def test_losses_are_drawn_as_a_picture():
    training = Training([3.0 - step / 100 for step in range(120)], 120)
    assert training.draw("png").startswith(b"\x89PNG")
    assert b"<svg" in training.draw("svg")
