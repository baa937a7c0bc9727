"""The parameters and terms of funds that places give values to and write rules with."""

from __future__ import annotations

from linli.parameters import Bound, Parameter, kept_years
from linli.terms import Combine, Term

# A payment is judged when it is asked for and again with every approval: what has been used up since counts.
AT_PAYMENT = ("payment.submit", "payment.approve")
SEPARATOR = "、"

CONTRIBUTION_KEPT_YEARS = kept_years("contribution")
PAYMENT_KEPT_YEARS = kept_years("payment")
SOURCES: Parameter[tuple[str, ...]] = Parameter("funds.sources", "资金来源的种类", tuple, Bound.DEFAULT)
PROGRAMMES: Parameter[tuple[str, ...]] = Parameter(
    "funds.programmes", "专项资金下的计划", tuple, Bound.DEFAULT
)
SPECIAL_FUND_FEN: Parameter[int] = Parameter(
    "funds.special_fund_fen", "专项资金每年的总额", int, Bound.CEILING, "分"
)
ALLOWANCE_FEN: Parameter[int] = Parameter(
    "funds.allowance_fen", "每个社区每年的额度", int, Bound.CEILING, "分"
)
CARRY_OVER: Parameter[bool] = Parameter("funds.carry_over", "没有用完的额度转到下一年", bool, Bound.DEFAULT)
RETURNED_SOURCES: Parameter[tuple[str, ...]] = Parameter(
    "funds.returned_sources",
    "年终没有用完要交回的来源",
    tuple,
    Bound.DEFAULT,
    note="空着表示都转到下一年；捐赠的钱不交回",
)
RETURN_DAYS: Parameter[int] = Parameter("funds.return_days", "年终结余多少天内交回", int, Bound.CEILING, "天")
REWARD_FEN: Parameter[int] = Parameter("funds.reward_fen", "一件提案的奖金", int, Bound.FIXED, "分")
LARGE_PAYMENT_FEN: Parameter[int] = Parameter(
    "funds.large_payment_fen", "大额支出从多少起", int, Bound.CEILING, "分"
)
APPROVALS_SMALL: Parameter[int] = Parameter(
    "funds.approvals_small", "一般支出要几人批准", int, Bound.FLOOR, "人"
)
APPROVALS_LARGE: Parameter[int] = Parameter(
    "funds.approvals_large", "大额支出要几人批准", int, Bound.FLOOR, "人"
)
MATCH_PERCENT: Parameter[int] = Parameter(
    "funds.match_percent",
    "配比资助占项目总预算的上限",
    int,
    Bound.CEILING,
    "%",
    "示例：广州市2019年公益创投为 60%",
)
MATCH_MOST_FEN: Parameter[int] = Parameter(
    "funds.match_most_fen",
    "一个项目的配比资助上限",
    int,
    Bound.CEILING,
    "分",
    "示例：广州市2019年公益创投为 500,000 元",
)
OWN_PERCENT: Parameter[int] = Parameter(
    "funds.own_percent",
    "自筹占项目总预算的下限",
    int,
    Bound.FLOOR,
    "%",
    "示例：广州市2019年公益创投为 40%",
)
DISCLOSURE_MONTHS: Parameter[int] = Parameter(
    "funds.disclosure_months", "至少多久公开一次收支", int, Bound.CEILING, "个月"
)
FINAL_DISCLOSURE_MONTHS: Parameter[int] = Parameter(
    "funds.final_disclosure_months", "结束后多久全面公开", int, Bound.CEILING, "个月"
)
EMERGENCY_DISCLOSURE_DAYS: Parameter[int] = Parameter(
    "funds.emergency_disclosure_days", "应急募捐至少多久公开一次", int, Bound.CEILING, "天"
)
LONG_CAMPAIGN_MONTHS: Parameter[int] = Parameter(
    "funds.long_campaign_months", "募捐超过多久要定期公开", int, Bound.CEILING, "个月"
)
FILING_DAYS: Parameter[int] = Parameter(
    "funds.filing_days", "公开募捐开始前多少天备案", int, Bound.FLOOR, "天"
)
LATE_FILING_DAYS: Parameter[int] = Parameter(
    "funds.late_filing_days", "应急募捐开始后多少天内补办备案", int, Bound.CEILING, "天"
)
QUERY_WORKING_DAYS: Parameter[int] = Parameter(
    "funds.query_working_days",
    "答复捐赠人询问的时限",
    int,
    Bound.CEILING,
    "个工作日",
    "示例：《上海市慈善条例》第五十三条为十个工作日",
)
CHANGE_NOTICE_DAYS: Parameter[int] = Parameter(
    "funds.change_notice_days",
    "联系不到捐赠人时，变更用途要公告多少天",
    int,
    Bound.FLOOR,
    "天",
    "0 表示没有以公告代替同意的规定",
)

APPROVALS: Term[int] = Term("funds.approvals", "需要几人批准", int, Combine.LARGEST, "人")
YEAR_LIMIT: Term[int] = Term("funds.year_limit", "这一年的总额", int, Combine.SMALLEST, "分")
PROGRAMME_LIMIT: Term[int] = Term(
    "funds.programme_limit", "这个计划这一年的总额", int, Combine.SMALLEST, "分"
)
COMMUNITY_LIMIT: Term[int] = Term(
    "funds.community_limit", "这个社区这一年的额度", int, Combine.SMALLEST, "分"
)
MATCH_LIMIT: Term[int] = Term("funds.match_limit", "这个项目的配比资助上限", int, Combine.SMALLEST, "分")
RETURNED: Term[tuple[str, ...]] = Term("funds.returned", "结余交回的来源", tuple, Combine.UNION)
LAPSE, CARRY = "lapse", "carry"
UNUSED_LIMITS: Term[str] = Term(
    "funds.unused_limits",
    "没有用完的额度",
    str,
    Combine.EXACTLY_ONE,
    words={LAPSE: "年终失效", CARRY: "转到下一年"},
)
TAKES: Term[tuple[str, ...]] = Term("funds.takes", "接收基金的用途", tuple, Combine.UNION)
