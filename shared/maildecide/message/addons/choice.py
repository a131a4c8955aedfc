"""All addons that are in use, found by whose mail a message is."""

from collections.abc import Iterable

from mailcore.directory.addon import Addon


class Addons:
    """The addons that are enabled, in their order."""

    def __init__(self, addons: Iterable[Addon] = ()) -> None:
        self._addons = tuple(addon for addon in addons if addon.enabled)
        self._by_id = {addon.id: addon for addon in self._addons}
        self._places: dict[str, list[int]] = {}
        for place, addon in enumerate(self._addons):
            self._places.setdefault(addon.scope, []).append(place)

    def __len__(self) -> int:
        return len(self._addons)

    def get(self, number: int) -> Addon | None:
        """Give the addon of that id; None when it is gone, or in use no more."""
        return self._by_id.get(number)

    def applying(self, scopes: Iterable[str]) -> tuple[Addon, ...]:
        """Give those of these scopes, in their order."""
        places = {place for scope in scopes for place in self._places.get(scope, ())}
        return tuple(self._addons[place] for place in sorted(places))


NO_ADDONS = Addons()
