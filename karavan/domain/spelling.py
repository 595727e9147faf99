"""What spellings of one name have in common, whatever the script: how something is found that was heard or read."""

from __future__ import annotations

import unicodedata


def _letters(letters: str, sounds: str) -> dict[str, str]:
    return dict(zip(letters, sounds.split(), strict=True))


_ARMENIAN = _letters(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "a b g d e z e y t zh i l h ts k h dz g ch m y n sh o ch p j r s v t r ts v p k o f ev",
)
# A sign that is heard in no other script stands as a dash, which falls away.
_CYRILLIC = _letters(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғҝјөүһҹ",
    "a b v g d e e zh z i i k l m n o p r s t u f h ts ch sh sh - y - e yu ya e g g y o u h j",
)
_LATIN = {"ə": "e", "ı": "i", "ş": "sh", "ç": "ch", "x": "h", "w": "v", "q": "k", "ß": "ss"}
_LETTERS = {**_ARMENIAN, **_CYRILLIC, **_LATIN}
# Two letters that stand for one sound, in whichever script they were written.
_PAIRS = (("ու", "u"), ("kh", "h"), ("gh", "g"))


def sound(text: str) -> str:
    """
    A key that is the same for a name's usual spellings in Latin, Cyrillic and Armenian script: ``Xankəndi`` and
    ``Khankendi``, ``Ստեփանակերտ`` and ``Stepanakert``. Rough on purpose; two names may share one.
    """
    lower = text.replace("İ", "i").replace("I", "i").casefold()
    for pair, letter in _PAIRS:
        lower = lower.replace(pair, letter)
    # Letters of their own first: without its mark a "ş" would be an "s".
    plain = "".join(_LETTERS.get(letter, letter) for letter in unicodedata.normalize("NFKC", lower))
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return "".join(letter for letter in bare if letter.isalnum())
