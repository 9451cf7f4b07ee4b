#include "commit.h"

const char *const waitfor_commit = WAITFOR_COMMIT;
