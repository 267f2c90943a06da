"""Checks of scanners that nobody may suppress, with what each guards.

Not among them: CKV_AWS_61, CKV_AWS_145 and CKV_AWS_382, which our own rules judge more finely (a condition says which
people may come; a target of access logs cannot use KMS; a disposable environment may have a way out).
"""

_BY_SUBJECT = {
    "public access": """CKV_AWS_17 CKV_AWS_20 CKV_AWS_53 CKV_AWS_54 CKV_AWS_55 CKV_AWS_56 CKV_AWS_57 CKV_AWS_70
        CKV_AWS_87 CKV_AWS_89 CKV_AWS_258 CKV_AWS_364 CKV2_AWS_6""",
    "networks open to everywhere": "CKV_AWS_24 CKV_AWS_25 CKV_AWS_23 CKV_AWS_260 CKV_AWS_277 CKV2_AWS_12",
    "encryption at rest": """CKV_AWS_7 CKV_AWS_16 CKV_AWS_19 CKV_AWS_26 CKV_AWS_27 CKV_AWS_43 CKV_AWS_64 CKV_AWS_77
        CKV_AWS_82 CKV_AWS_94 CKV_AWS_99 CKV_AWS_119 CKV_AWS_142 CKV_AWS_149 CKV_AWS_158 CKV_AWS_159
        CKV_AWS_173 CKV_AWS_185 CKV_AWS_212 CKV_AWS_240 CKV_AWS_241 CKV_AWS_282 CKV_AWS_298""",
    "who may use a key": "CKV_AWS_33 CKV2_AWS_64",
    "encryption in transit": "CKV_AWS_105 CKV2_AWS_49 CKV2_AWS_69",
    "access to everything": """CKV_AWS_1 CKV_AWS_49 CKV_AWS_60 CKV_AWS_62 CKV_AWS_63 CKV_AWS_107 CKV_AWS_108
        CKV_AWS_110 CKV_AWS_274 CKV_AWS_275 CKV_AWS_286 CKV_AWS_287 CKV_AWS_288 CKV_AWS_289 CKV_AWS_290 CKV_AWS_355
        CKV_AWS_358 CKV_AWS_393 CKV2_AWS_40 CKV2_AWS_56""",
    "secrets in clear": "CKV_AWS_41 CKV_AWS_45 CKV_AWS_46 CKV_SECRET_2 CKV_SECRET_6",
    "old versions of data": "CKV_AWS_21",
    "logs that end": "CKV_AWS_66",
}
NEVER_SUPPRESSED = {check: subject for subject, checks in _BY_SUBJECT.items() for check in checks.split()}
