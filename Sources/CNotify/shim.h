#pragma once

// One datagram to a unix socket. An address of such a socket is bytes in a C structure, which Swift could fill
// with unsafe pointers only.
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/// Sends text to the socket at a path, or to the abstract one whose name follows the `@`.
/// A receiver whose queue is full is waited for, a second at most.
/// Gives 0, or the errno.
static inline int notify_send(const char *path, const char *text) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  // The name of an abstract socket is all the bytes that the length covers, with no NUL at its end.
  if (length < 2 || length >= sizeof(address.sun_path)) return EINVAL;
  memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';

  int handle = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return errno;
  struct timeval patience = {.tv_sec = 1};
  setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  size_t size = strlen(text);
  ssize_t sent = sendto(handle, text, size, MSG_NOSIGNAL, (struct sockaddr *)&address,
                        (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  int code = sent == (ssize_t)size ? 0 : sent < 0 ? errno : EMSGSIZE;
  close(handle);
  return code;
}
