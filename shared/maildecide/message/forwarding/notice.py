"""What a forward of content `subject` sends: a new message from the account, saying whose mail came and its subject."""

from mailcore.dsn.texts import Language
from mailcore.ids import derived_id
from maildecide.message.made_here import new_mail, subject_of
from maildecide.message.mail import Mail

_NO_SUBJECT: dict[Language, str] = {"en": "(no subject)", "ja": "(件名なし)"}
_TEXTS: dict[Language, str] = {
    "en": "{account} has got a message.\n\nFrom: {sender}\nSubject: {subject}\n",
    "ja": "{account} にメールが届きました。\n\n差出人: {sender}\n件名: {subject}\n",
}


def notice(mail: Mail, account: str, to: str, language: Language) -> Mail:
    """Give the notice for one target."""
    subject = subject_of(mail) or _NO_SUBJECT[language]
    sender = mail.envelope.sender or "<>"
    return new_mail(
        mail,
        derived_id(mail.arrival.id, "notice", f"{account}\0{to}"),
        to,
        sender=account,
        subject=subject,
        text=_TEXTS[language].format(account=account, sender=sender, subject=subject),
        more=(b"Auto-Submitted: auto-generated\r\n",),
    )
