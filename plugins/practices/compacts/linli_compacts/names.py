"""Whether a clause looks as if it named a person.

Nobody can know a name by its shape. This looks for a surname, one or two characters and a form of address, or for 某,
and says only that a person should look. What it misses the person who reads every clause has to see.
"""

from __future__ import annotations

import re

# Common surnames.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_ADDRESSED = "先生|女士|同志|师傅|大爷|大妈|大姐|大哥|阿姨|老师|医生"
_PERSON = re.compile(
    rf"[{_SURNAMES}](?:某{{1,2}}|[\u4e00-\u9fff]{{1,2}}(?:{_ADDRESSED}))|[{_SURNAMES}](?:{_ADDRESSED})"
)


def may_name_someone(text: str) -> bool:
    """Whether a person should look whether a text names anyone."""
    return _PERSON.search(text) is not None
