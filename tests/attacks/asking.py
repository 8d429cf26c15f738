"""One question of a role to the attacked application."""

import one_of_each

from review_api import limits
from review_api.deps import COOKIE


def asked(attacked, role, path, query=""):
    """What the role gets from the template of an address, filled with what is in the town."""
    limits.limiter.storage.reset()
    attacked.browser.cookies.clear()
    if role != "nobody":
        attacked.browser.cookies.set(COOKIE, role)
    return attacked.browser.get(one_of_each.address_of(path, attacked.town.ids) + query)
