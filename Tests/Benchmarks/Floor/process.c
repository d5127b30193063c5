#define _GNU_SOURCE
#include "floor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

int floor_run(const char *const arguments[], const char *output, size_t *peak_bytes) {
  posix_spawn_file_actions_t actions;
  pid_t child;
  int status;
  struct rusage usage;
  *peak_bytes = 0;
  if (posix_spawn_file_actions_init(&actions) != 0) return -1;
  int flaw = posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (flaw == 0) {
    flaw = posix_spawnp(&child, arguments[0], &actions, NULL, (char *const *)arguments, environ);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (flaw != 0 || wait4(child, &status, 0, &usage) != child) return -1;
  *peak_bytes = (size_t)usage.ru_maxrss * 1024;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
