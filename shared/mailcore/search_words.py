"""Text as it is searched: whatever its case, its width and its line breaks, in languages with blanks and without.

What is stored and what is asked for go through the same folding (Unicode NFKC and full case folding), so that one is
within the other wherever a reader would say so.
"""

import re
from unicodedata import normalize

# Japanese and Chinese are broken anywhere, and a break stands for nothing.
_UNSPACED = r"[\u2e80-\u303f\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BREAK = re.compile(rf"(?<={_UNSPACED})\s+(?={_UNSPACED})")


def folded(text: str) -> str:
    """Give `text` as it is compared: on one line, without NUL and what is no character."""
    whole = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return " ".join(_BREAK.sub("", normalize("NFKC", normalize("NFKC", whole).casefold())).split())


def terms(query: str) -> tuple[str, ...]:
    """Give what must all be within a text that matches; blanks part them."""
    return tuple(dict.fromkeys(term for word in query.split() if (term := folded(word))))
