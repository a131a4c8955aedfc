"""How recipients' addresses are understood."""

from typing import Annotated

from pydantic import Field

from mailcore.settings.group import AddressText, SettingsGroup


class AddressSettings(SettingsGroup):
    """Plus-addresses, and the addresses every domain must have."""

    plus_separator: Annotated[str, Field(pattern=r"^[+=_-]?$")] = "+"
    """What separates detail and account in a local part: mail for `user+detail` goes to `user`. Empty: nothing does.

    The first one in a local part counts, and an account or alias of the whole name comes before that.
    """

    plus_folders: bool = False
    """Whether mail for `user+detail` is put into the folder `detail` instead of the inbox."""

    postmaster_address: AddressText | None = None
    """The local address that takes mail for postmaster and abuse of domains which have no such account or alias.

    null: such mail is kept in the server's own mailbox for it.
    """
