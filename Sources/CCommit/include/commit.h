#pragma once

// The commit that the program is built from, as `./dev static` found it: twelve digits, with `-dirty` where files differ
// from it, or `unknown`.
extern const char *const waitfor_commit;
