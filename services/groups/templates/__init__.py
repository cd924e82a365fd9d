"""Communities to begin with: a name, a version, and a whole configuration in two languages."""

from typing import Any

from services.groups.domain.joining_refusals import TemplateUnknown

from .form import EN, LANGUAGES, Template
from .media_circle import MEDIA_CIRCLE
from .outdoor_club import OUTDOOR_CLUB
from .regional_chamber import REGIONAL_CHAMBER
from .single_founder import SINGLE_FOUNDER
from .trade_association import TRADE_ASSOCIATION

__all__ = ["LANGUAGES", "TEMPLATES", "Template", "catalogue", "filled"]

TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (OUTDOOR_CLUB, TRADE_ASSOCIATION, MEDIA_CIRCLE, REGIONAL_CHAMBER, SINGLE_FOUNDER)
}
_FROM_NONE: dict[str, Any] = {
    "purpose": "", "rules": "", "threshold": None, "tags": [], "questions": [], "sections": [], "reviewers_needed": 1,
    "fee_minor": None, "fee_currency": None, "template_version": None,
}  # fmt: skip


def catalogue(language: str = EN) -> list[dict[str, Any]]:
    """All templates in one language, by name."""
    return [{"template": name} | TEMPLATES[name].filled(language) for name in sorted(TEMPLATES)]


def filled(template: str | None, language: str = EN) -> dict[str, Any]:
    """What a group founded from a template has; from none it is open to everybody. Raises TemplateUnknown."""
    if template is None:
        return dict(_FROM_NONE)
    if template not in TEMPLATES:
        raise TemplateUnknown(template=template)
    return TEMPLATES[template].filled(language)
