/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * To be preloaded: lets the N-th call of a kind fail in each process of a
 * program. Written for glibc. The environment says which:
 *	FAIL_PROGRAM	the end of its path
 *	FAIL_KIND	malloc, open, read, short, eintr, write, fork, fsync
 *	FAIL_AT		N, counted from 1; children go on counting
 *	FAIL_MARK	a directory that is made where it did
 */
enum kind { NONE, MALLOC, OPEN, READ, SHORT, EINTR_, WRITE, FORK, FSYNC };

static enum kind kind;
static long left;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *ptr, size_t size);
pid_t __libc_fork(void);

__attribute__((constructor)) static void start(void)
{
	static const char *const names[] = { "", "malloc", "open", "read",
			"short", "eintr", "write", "fork", "fsync" };
	const char *program = getenv("FAIL_PROGRAM");
	const char *name = getenv("FAIL_KIND"), *at = getenv("FAIL_AT");
	char self[4096] = "";
	ssize_t n = syscall(SYS_readlink, "/proc/self/exe", self,
			    sizeof(self) - 1);

	if (!program || !name || !at || n < (ssize_t)strlen(program) ||
	    strcmp(self + n - strlen(program), program))
		return;
	left = atol(at);
	for (size_t i = 1; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			kind = (enum kind)i;
}

static int fails(enum kind asked)
{
	const char *mark;

	if (kind != asked || --left)
		return 0;
	mark = getenv("FAIL_MARK");
	if (mark)
		syscall(SYS_mkdirat, AT_FDCWD, mark, 0777);
	return 1;
}

static void *no_memory(void)
{
	errno = ENOMEM;
	return NULL;
}

void *malloc(size_t size)
{
	return fails(MALLOC) ? no_memory() : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(MALLOC) ? no_memory() : __libc_calloc(n, size);
}

void *realloc(void *ptr, size_t size)
{
	return fails(MALLOC) ? no_memory() : __libc_realloc(ptr, size);
}

static int open_at(int dir, const char *path, int flags, unsigned int mode)
{
	if (fails(OPEN)) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

#define MODE(flags, mode)						\
	do {								\
		va_list ap;						\
									\
		va_start(ap, flags);					\
		mode = flags & (O_CREAT | __O_TMPFILE) ?		\
		       va_arg(ap, unsigned int) : 0;			\
		va_end(ap);						\
	} while (0)

int open(const char *path, int flags, ...)
{
	unsigned int mode;

	MODE(flags, mode);
	return open_at(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	unsigned int mode;

	MODE(flags, mode);
	return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	unsigned int mode;

	MODE(flags, mode);
	return open_at(dir, path, flags, mode);
}

ssize_t read(int fd, void *buf, size_t len)
{
	if (fails(READ)) {
		errno = EIO;
		return -1;
	}
	if (fails(EINTR_)) {
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_read, fd, buf, len > 1 && fails(SHORT) ? 1 : len);
}

/* What is said to the user gets through, or nothing could be tested. */
ssize_t write(int fd, const void *buf, size_t len)
{
	if (fd != STDERR_FILENO && fails(WRITE)) {
		errno = ENOSPC;
		return -1;
	}
	if (fails(EINTR_)) {
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_write, fd, buf, len > 1 && fails(SHORT) ? 1 : len);
}

pid_t fork(void)
{
	if (fails(FORK)) {
		errno = EAGAIN;
		return -1;
	}
	return __libc_fork();
}

int fsync(int fd)
{
	if (fails(FSYNC)) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}
