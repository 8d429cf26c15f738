"""False claims about plans, for the tests of the checker."""

from flows.assignment.checker.checking import check


def with_proof(result, **changes):
    *others, total = result.certificate.proofs
    proofs = (*others, total.model_copy(update=changes))
    certificate = result.certificate.model_copy(update={"proofs": proofs})
    return result.model_copy(update={"certificate": certificate})


def beside_figures(posed, result):
    """What is noticed although nobody looks at the figures, which were not forged along."""
    return [sentence for sentence in check(posed, result) if "Показатель" not in sentence]
