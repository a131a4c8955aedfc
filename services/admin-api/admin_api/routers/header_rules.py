"""`/header-rules`: what is done with messages that meet conditions, in their order, and rules tried beforehand."""

from admin_api.answers import WITH_BODY, answer, problems
from admin_api.examples import HEADER_RULE, RULE_SAMPLE, RULE_TRIAL
from admin_api.json_body import body_example, strictly
from admin_api.resource import Resource, router_of, typed
from admin_api.rule_sample import Sample, TrialResult
from admin_api.stores import Parts
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields

router = router_of(
    Resource(
        path="/header-rules",
        key="id",
        fields=HeaderRuleFields,
        read=HeaderRule,
        store=lambda stores: stores.header_rules,
        example=HEADER_RULE,
        ordered_by="position",
    )
)


async def try_header_rules(parts: Parts, body: Sample) -> TrialResult:
    """Nothing is stored, sent or traced. Tried are the rules alone: marks and fields that settings add are not made."""
    return await parts.try_rules(body)


router.post(
    "/header-rules/try",
    operation_id="try_header_rules",
    summary="Try header rules, saved or not, on a message",
    responses=answer(200, "What they would do.", RULE_TRIAL) | problems(*WITH_BODY),
    openapi_extra=body_example(RULE_SAMPLE),
)(typed(try_header_rules, body=strictly(Sample)))
