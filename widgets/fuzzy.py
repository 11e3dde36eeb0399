"""How well a few typed letters fit a title."""

from __future__ import annotations


def score(typed: str, title: str) -> float | None:
    """Return how well the letters fit, higher is better, or None where they do not.

    The letters must occur in order. Letters that begin words and letters that follow one another
    count more; a title that holds the whole text beats one that holds its letters scattered.
    """
    needle, text = typed.casefold().strip(), title.casefold()
    if not needle:
        return 0.0
    whole = text.find(needle)
    if whole >= 0:
        begins = whole == 0 or not text[whole - 1].isalnum()
        return 1000.0 + (100.0 if begins else 0.0) - whole - 0.1 * len(text)
    total, place, run = 0.0, 0, 0
    for letter in needle:
        if letter == " ":
            run = 0
            continue
        found = text.find(letter, place)
        start = _word_start(text, letter, place)
        if found < 0:
            return None
        if start >= 0 and found != place:
            found = start
        run = run + 1 if found == place and place > 0 else 0
        total += 1.0 + run + (3.0 if found == start else 0.0) - 0.05 * (found - place)
        place = found + 1
    return total - 0.02 * len(text)


def _word_start(text: str, letter: str, place: int) -> int:
    """Return where from ``place`` on the letter begins a word, or −1."""
    for number in range(place, len(text)):
        if text[number] == letter and (number == 0 or not text[number - 1].isalnum()):
            return number
    return -1
