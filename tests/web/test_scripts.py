"""The modules of every page come as one file, in an order in which each stands behind what it imports."""

from __future__ import annotations

import re

import pytest

from holdfast.web.assets import ON_EVERY_PAGE, Assets
from holdfast.web.scripts import CannotJoin, joined

MODULES = {
    "js/app.js": b'import * as bar from "./bar.js";\nimport { tell } from "./told-it.js";\n\nbar.begin(tell);\n',
    "js/bar.js": b'import { tell } from "./told-it.js";\n\nexport async function begin() {\n  tell("import");\n}\n',
    "js/told-it.js": b"export const LOUD = 1;\nexport function tell(words) {\n  console.log(words);\n}\n",
}


def test_each_module_stands_behind_what_it_imports() -> None:
    text = joined(MODULES, "js/app.js").decode()
    assert re.findall(r"^// (.*)$", text, re.MULTILINE) == ["js/told-it.js", "js/bar.js", "js/app.js"]
    assert "return { LOUD, tell };" in text
    assert "const { tell } = $told_it;" in text
    assert "const bar = $bar;" in text
    assert not re.search(r"^(?:im|ex)port", text, re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        'import "./bar.js";\n',
        'import { tell as say } from "./told-it.js";\n',
        'import { all } from "./missing.js";\n',
        "export default 1;\n",
        "export { a };\n",
        'import { begin } from "./circle.js";\n',
    ],
)
def test_what_cannot_be_joined_is_told(text: str) -> None:
    modules = MODULES | {"js/app.js": text.encode(), "js/circle.js": b'import { a } from "./app.js";\n'}
    with pytest.raises(CannotJoin):
        joined(modules, "js/app.js")


def test_the_script_of_every_page_needs_no_other() -> None:
    text = Assets().body(ON_EVERY_PAGE).decode()
    assert "// js/feed.js" in text
    assert not re.search(r"^import ", text, re.MULTILINE)
