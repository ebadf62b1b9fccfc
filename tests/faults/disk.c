/* Stands between a process and its disk (LD_PRELOAD): notes what the process does to the files under one folder,
   lets the call fail that it is told to, and moves the wall clock.

   CHATWEB_TEST_ROOT     the folder, absolute and without symbolic links
   CHATWEB_TEST_TRACE    a file that takes the notes (none: nothing is noted)
   CHATWEB_TEST_CONTROL  a file of eight 64-bit numbers, see `struct control`, that the test changes while the process runs

   A note of a change is written after the change and before the call returns; of an fsync there are two, since only what
   was written before it began is sure to be on the disk when it ends. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  volatile int64_t count;  /* calls so far that change something under the folder, or open something there */
  volatile int64_t first;  /* the count at which calls begin to fail; 0: none fails */
  volatile int64_t last;   /* and the last one that does */
  volatile int64_t error;  /* the errno that they fail with */
  volatile int64_t failed; /* calls that failed so */
  volatile int64_t kinds;  /* bits of the kinds that are counted; 0: all */
  volatile int64_t clock;  /* nanoseconds that the wall clock is ahead */
  volatile int64_t unused;
};

enum { OPEN = 1, WRITE = 2, SYNC = 4, TRUNCATE = 8, RENAME = 16, SYNC_FOLDER = 32, ALLOCATE = 64 };

struct note {
  int64_t inode, number;
  int32_t thread, first, second; /* lengths of what follows */
  char what;
} __attribute__((packed));

static struct control nothing, *control = &nothing;
static char root[PATH_MAX];
static size_t root_length;
static int trace = -1;
static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("CHATWEB_TEST_ROOT");
  real_clock = dlsym(RTLD_NEXT, "clock_gettime");
  if (path) root_length = strlen(strncpy(root, path, sizeof root - 1));
  if ((path = getenv("CHATWEB_TEST_CONTROL"))) {
    int descriptor = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared != MAP_FAILED) control = shared;
    syscall(SYS_close, descriptor);
  }
  if ((path = getenv("CHATWEB_TEST_TRACE")) && *path) {
    int descriptor = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    trace = fcntl(descriptor, F_DUPFD_CLOEXEC, 200);
    syscall(SYS_close, descriptor);
  }
}

static int is_ours(const char *path) {
  return root_length && path && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* The inode behind a descriptor of a file or folder of ours, 0 for all others. */
static int64_t inode_of(int descriptor, int *is_folder) {
  char link[40], path[PATH_MAX];
  struct stat found;
  ssize_t length;
  int number = descriptor, at = 14;
  if (!root_length || descriptor < 0 || fstat(descriptor, &found)) return 0;
  if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode)) return 0;
  strcpy(link, "/proc/self/fd/");
  char digits[12];
  int count = 0;
  do digits[count++] = '0' + number % 10; while (number /= 10);
  while (count) link[at++] = digits[--count];
  link[at] = 0;
  if ((length = readlink(link, path, sizeof path - 1)) < 0) return 0;
  path[length] = 0;
  if (!is_ours(path)) return 0;
  if (is_folder) *is_folder = S_ISDIR(found.st_mode);
  return found.st_ino;
}

static int64_t inode_at(const char *path) {
  struct stat found;
  return fstatat(AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) ? 0 : (int64_t)found.st_ino;
}

static void put(char what, int64_t inode, int64_t number, const void *first, size_t n, const void *second, size_t m) {
  if (trace < 0) return;
  int before = errno;
  struct note note = {inode, number, (int32_t)syscall(SYS_gettid), (int32_t)n, (int32_t)m, what};
  struct iovec parts[3] = {{&note, sizeof note}, {(void *)first, n}, {(void *)second, m}};
  syscall(SYS_writev, trace, parts, 3);
  errno = before;
}

static int fails(int kind) {
  if (control->kinds && !(control->kinds & kind)) return 0;
  int64_t count = __sync_add_and_fetch(&control->count, 1);
  if (!control->first || count < control->first || count > control->last) return 0;
  __sync_add_and_fetch(&control->failed, 1);
  errno = (int)control->error;
  return 1;
}

static int do_open(int folder, const char *path, int flags, mode_t mode) {
  if (!is_ours(path)) return syscall(SYS_openat, folder, path, flags, mode);
  if (fails(OPEN)) return -1;
  int64_t was = inode_at(path);
  int descriptor = syscall(SYS_openat, folder, path, flags, mode);
  if (descriptor < 0) return descriptor;
  int64_t inode = was && !(flags & O_TRUNC) ? 0 : inode_of(descriptor, NULL);
  if (inode && !was) put('c', inode, 0, path, strlen(path), "", 0);
  if (inode && was) put('t', inode, 0, "", 0, "", 0);
  return descriptor;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return do_open(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return do_open(folder, path, flags, mode); }

static ssize_t do_pwrite(int descriptor, const void *data, size_t size, off_t at) {
  int64_t inode = inode_of(descriptor, NULL);
  if (inode && fails(WRITE)) return -1;
  ssize_t done = syscall(SYS_pwrite64, descriptor, data, size, at);
  if (inode && done > 0) put('w', inode, at, "", 0, data, done);
  return done;
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t at) { return do_pwrite(descriptor, data, size, at); }
ssize_t pwrite64(int descriptor, const void *data, size_t size, off_t at) { return do_pwrite(descriptor, data, size, at); }

ssize_t write(int descriptor, const void *data, size_t size) {
  int64_t inode = inode_of(descriptor, NULL);
  if (inode && fails(WRITE)) return -1;
  ssize_t done = syscall(SYS_write, descriptor, data, size);
  if (inode && done > 0) put('w', inode, syscall(SYS_lseek, descriptor, 0, SEEK_CUR) - done, "", 0, data, done);
  return done;
}

static int do_sync(long call, int descriptor) {
  int is_folder = 0;
  int64_t inode = inode_of(descriptor, &is_folder);
  if (!inode) return syscall(call, descriptor);
  if (fails(is_folder ? SYNC_FOLDER : SYNC)) return -1;
  put('b', inode, 0, "", 0, "", 0);
  int result = syscall(call, descriptor);
  if (!result) put('e', inode, 0, "", 0, "", 0);
  return result;
}

int fsync(int descriptor) { return do_sync(SYS_fsync, descriptor); }
int fdatasync(int descriptor) { return do_sync(SYS_fdatasync, descriptor); }

static int do_truncate(int descriptor, off_t size) {
  int64_t inode = inode_of(descriptor, NULL);
  if (inode && fails(TRUNCATE)) return -1;
  int result = syscall(SYS_ftruncate, descriptor, size);
  if (inode && !result) put('t', inode, size, "", 0, "", 0);
  return result;
}

int ftruncate(int descriptor, off_t size) { return do_truncate(descriptor, size); }
int ftruncate64(int descriptor, off_t size) { return do_truncate(descriptor, size); }

static int do_allocate(int descriptor, off_t at, off_t size) { /* answers an errno, as posix_fallocate does */
  if (inode_of(descriptor, NULL) && fails(ALLOCATE)) return errno;
  return syscall(SYS_fallocate, descriptor, 0, at, size) ? errno : 0;
}

int posix_fallocate(int descriptor, off_t at, off_t size) { return do_allocate(descriptor, at, size); }
int posix_fallocate64(int descriptor, off_t at, off_t size) { return do_allocate(descriptor, at, size); }

static int do_rename(int from_folder, const char *from, int to_folder, const char *to) {
  if (is_ours(to) && fails(RENAME)) return -1;
  int result = syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
  if (!result && is_ours(to)) put('r', inode_at(to), 0, from, strlen(from), to, strlen(to));
  return result;
}

int rename(const char *from, const char *to) { return do_rename(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return do_rename(a, from, b, to); }

static int do_link(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  if (is_ours(to) && fails(RENAME)) return -1;
  int result = syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
  if (!result && is_ours(to)) put('l', inode_at(to), 0, from, strlen(from), to, strlen(to));
  return result;
}

int link(const char *from, const char *to) { return do_link(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return do_link(a, from, b, to, flags); }

int unlink(const char *path) {
  if (is_ours(path) && fails(RENAME)) return -1;
  int result = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (!result && is_ours(path)) put('u', 0, 0, path, strlen(path), "", 0);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  if (is_ours(path) && fails(RENAME)) return -1;
  int result = syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  if (!result && is_ours(path)) put('d', inode_at(path), 0, path, strlen(path), "", 0);
  return result;
}

/* The wall clock; the monotonic one stays as it is. */

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = real_clock ? real_clock(clock, now) : (int)syscall(SYS_clock_gettime, clock, now);
  if (!result && control->clock && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += control->clock / 1000000000;
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *now) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (now) *now = precise.tv_sec;
  return precise.tv_sec;
}
