#pragma once

// A rename that never replaces what stands at the target: the system has it, Swift's Glibc does not show it.
#include <sys/syscall.h>
#include <unistd.h>

/// As renameat2(2) with RENAME_NOREPLACE.
static inline int rename_without_replacing(int fromFolder, const char *from, int toFolder, const char *to) {
  return (int)syscall(SYS_renameat2, fromFolder, from, toFolder, to, 1U);
}
