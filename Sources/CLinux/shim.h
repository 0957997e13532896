#ifndef DIAG_CLINUX_SHIM_H
#define DIAG_CLINUX_SHIM_H

// The Glibc overlay leaves these headers out.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/prctl.h>
#include <mntent.h>
#include <stddef.h>

// GNU's; <string.h> declares them only under _GNU_SOURCE, which the Glibc overlay is built without.
extern void *memmem(const void *haystack, size_t length, const void *needle, size_t needle_length);
extern void *memrchr(const void *memory, int byte, size_t length);

// As well, of <poll.h>; poll counts in milliseconds.
struct pollfd;
struct timespec;
extern int ppoll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout, const void *signals);

// prctl is variadic, which does not import. The name is cut to 15 bytes.
static inline void diag_set_thread_name(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
