// The part of libFuzzer's interface that is a function: clang's runtime has no header of it that Swift reads.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *bytes, size_t size));
