"""No page address answers a reload with a missing page: those of forms lead back."""

import pytest
from starlette.routing import Route

from review_api.routes import PAGE_ROUTERS
from review_api.ways_back import PARAMETER, with_ways_back

(FIRST, *_), LAST = with_ways_back(PAGE_ROUTERS)
PATHS = [one.path for router in (FIRST, LAST) for one in router.routes if isinstance(one, Route)]


@pytest.mark.parametrize("path", PATHS)
def test_address_of_a_form_leads_up_to_a_page_when_it_is_reloaded(client, path):
    address = PARAMETER.sub("some", path)
    answer = client.get(address + "?language=en")
    above, _, query = answer.headers["location"].partition("?")
    assert (answer.status_code, query) == (303, "language=en")
    assert address.startswith(above)
    assert above != address
