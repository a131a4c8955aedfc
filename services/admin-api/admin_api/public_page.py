"""What the pages of the public port have in common, and those that are about no list. Pure."""

from string import Template

_PAGE = Template("""<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>$title</title>
</head>
<body>
<main>
$text
$form</main>
</body>
</html>
""")


def framed(language: str, title: str, text: str, form: str = "") -> str:
    """Give a page of HTML; all that is given is HTML already."""
    return _PAGE.substitute(language=language, title=title, text=text, form=form)


UNKNOWN = framed("en", "Not found", "<p>There is nothing at this link.<br>このリンクは使えません。</p>")
"""The page of a link that is none of ours."""
AWAY = framed(
    "en",
    "Not available",
    "<p>Please try again in a few minutes.<br>数分後にもう一度お試しください。</p>",
)
"""The page while the database is away."""
