// The names of Unicode's characters are half a megabyte of Swift's library, which keeps them for a property of a scalar
// that nothing here asks for. No scalar has a name here.
#include <stdint.h>

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *name, intptr_t capacity);

intptr_t __wrap__swift_stdlib_getScalarName(uint32_t scalar, uint8_t *name, intptr_t capacity) {
    (void)scalar, (void)name, (void)capacity;
    return 0;
}
