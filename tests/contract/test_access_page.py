from config.environments import PROD
from config.naming import stack_name
from gate.access.__main__ import PAGE, page
from gate.template import Template
from tests.support.platform import templates


def test_the_page_on_access_is_what_productions_stack_says() -> None:
    template = Template(templates()[stack_name(PROD)].document)
    assert PAGE.read_text(encoding="utf-8") == page(template, PROD), "write it again with: make docs"
