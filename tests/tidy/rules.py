"""What tidy.py enforces, as data: who may include whom, what a room may never touch, the limits."""

import re

TOP_LEVEL = {
    "gateway", "ledger", "adapters", "certs", "tests", "tools",
    "CMakeLists.txt", "CMakePresets.json", "SECURITY.md", "README.md", "README.zh-CN.md",
    "CHANGELOG.md", "LICENSE",
}

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
README_LINES_MAX = 15
SOURCE_SUFFIXES = (".c", ".h", ".py", ".sh", ".sql", ".js", ".ts", ".vue", ".css")

# Longest matching prefix decides. A room may always include itself.
ARROWS = {
    "ledger/base/": (),
    "ledger/book/": ("ledger/base/",),
    "ledger/proof/": ("ledger/base/",),
    "ledger/journal/": ("ledger/base/", "ledger/book/", "ledger/proof/"),
    "adapters/": ("ledger/base/", "ledger/proof/", "adapters/adapter.h", "adapters/xml/"),
    "adapters/wire/": ("ledger/base/",),
    "adapters/settings/": ("ledger/base/",),
    "adapters/link/": (
        "ledger/base/", "adapters/adapter.h", "adapters/settings/", "adapters/wire/", "adapters/iso8583/",
    ),
    "adapters/exchange/": (
        "ledger/base/", "adapters/adapter.h", "adapters/settings/", "adapters/xml/",
        "adapters/iso20022/",
    ),
    "adapters/iso8583/": ("iso8583.h",),  # a library of its own, which may be installed alone
    "gateway/records/": ("ledger/base/", "ledger/book/", "ledger/journal/"),
    "gateway/business/": (
        "ledger/base/", "ledger/book/", "ledger/proof/certificate.h", "ledger/proof/cose.h",
        "ledger/journal/batch.h",
        "gateway/records/", "adapters/adapter.h", "adapters/customs/ceb.h",
    ),
    "gateway/server/": ("ledger/base/", "gateway/business/role.h"),
    "gateway/audit/": ("ledger/", "gateway/records/", "gateway/business/"),
    "gateway/engine/": (
        "ledger/", "adapters/", "gateway/records/", "gateway/business/",
    ),
    "gateway/banks/": (
        "ledger/", "adapters/", "gateway/records/", "gateway/business/", "gateway/engine/",
    ),
    "gateway/webhooks/": ("ledger/", "gateway/records/", "gateway/business/", "gateway/engine/"),
    "gateway/statement/": (
        "ledger/base/", "ledger/journal/", "gateway/business/", "adapters/iso20022/", "adapters/xml/",
    ),
    "gateway/": ("ledger/", "adapters/", "gateway/"),
    "certs/": ("ledger/",),
    "tools/": ("ledger/", "adapters/", "gateway/", "tools/"),
    "tests/": ("ledger/", "adapters/", "gateway/", "tools/", "tests/"),
}

# Rooms that are one folder of a family: adapters/customs may not include adapters/iso8583.
FAMILIES = ("adapters/",)

IO_HEADERS = re.compile(
    r"^(time|unistd|fcntl|poll|signal|pthread|netdb|dirent|sys/(socket|stat|time|select|un|mman)"
    r"|netinet/.*|arpa/.*|event2/.*|libpq-fe|openssl/(ssl|bio))\.h$"
)
# A pure room is a function of what it is given: no input, output or clock. snprintf is a function
# of its arguments, so <stdio.h> is judged by what is called.
PURE_ROOMS = ("ledger/book/", "gateway/business/")
IO_NAMES = re.compile(r"\b(f?printf|vf?printf|fopen|fputs|fwrite|fread|fgets|puts|perror"
                      r"|read|write|open|socket|getenv|clock_now|log_write)\b(?=\s*[(,;)])")
# The one header that a single file owns.
OWNED_HEADERS = {"libpq-fe.h": ("ledger/journal/", "tests/", "tools/")}

ALLOCATION = re.compile(r"\b(malloc|calloc|realloc|free|strdup|strndup|aligned_alloc)\s*\(")
# Files of pure rooms that own memory: they size it, and say on stderr when there is none left.
MEMORY_KEEPERS = ("gateway/business/state.c", "ledger/book/book.c")

# Overruns and lost errors, anywhere; a program that runs or a clock that is read, in the product.
BANNED_CALLS = re.compile(
    r"(?<![\w.])(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|alloca|mktemp|tmpnam"
    r"|longjmp)\s*\(")
BANNED_IN_PRODUCT = re.compile(
    r"(?<![\w.])(system|popen|rand|srand|time|localtime|gmtime)\s*\(")
PRINTING = re.compile(r"(?<![\w.])(printf|puts|putchar|vprintf)\s*\(")
PRINTING_ROOMS = ("tools/", "tests/", "certs/", "gateway/main.c")

FLOATING = re.compile(r"\b(float|double)\b")
FLOATLESS_ROOMS = ("ledger/", "gateway/business/", "gateway/records/")

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE" rb" KEY-----")
KEY_FILES = re.compile(r"\.(key|p12|pfx|jks)$")
