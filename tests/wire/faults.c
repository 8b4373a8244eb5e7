/* Loaded into a server under test (LD_PRELOAD), it makes one disk go wrong: COUNTERSIGN_FAULT is "kill N", "lose N" or "full N". The N-th call
   that changes a file or a folder is then not made; the process is killed instead. "lose" is a power loss: before that, all that was not synchronised
   since is taken back, contents by files, names by folders. "full": that call and every later one fail for want of space. "count": nothing
   goes wrong. The number of calls that were made stands in the file COUNTERSIGN_FAULT_COUNT. Only the process that was started is meant, not its
   children. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum mode { off, count, killed, lose, full };
static enum mode mode = off;
static long at = 0, calls = 0;
static int counter = -1;
static pid_t meant;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX]; /* of what counts: the state directory */

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) \
        real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

/* What is not on the disk for certain yet, newest first. */
struct unsynced {
    struct unsynced* older;
    enum { content, name_made, name_moved, name_gone, names_exchanged } what;
    dev_t device;
    ino_t inode; /* of the file, or of the folder that holds the name */
    int fd;
    off_t offset, old_size;
    char* old_bytes;
    size_t old_count;
    char path[PATH_MAX], from[PATH_MAX], kept[PATH_MAX];
};
static struct unsynced* newest;

__attribute__((constructor)) static void start(void)
{
    char const* wish = getenv("COUNTERSIGN_FAULT");
    char const* folder = getenv("COUNTERSIGN_FAULT_FOLDER");
    char word[16] = "";
    if (!wish || !folder)
        return;
    snprintf(root, sizeof root, "%s", folder);
    sscanf(wish, "%15s %ld", word, &at);
    char const* file = getenv("COUNTERSIGN_FAULT_COUNT");
    if (file)
        counter = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    meant = getpid();
    mode = !strcmp(word, "kill") ? killed : !strcmp(word, "lose") ? lose : !strcmp(word, "full") ? full : count;
    unsetenv("COUNTERSIGN_FAULT");
    unsetenv("LD_PRELOAD");
}

static int is_meant(char const* path)
{
    char real[PATH_MAX], copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    if (!realpath(dirname(copy), real))
        return 0;
    return !strncmp(real, root, strlen(root));
}

static int path_of_fd(int fd, char* path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return 1;
}

static int is_meant_fd(int fd)
{
    struct stat status;
    char path[PATH_MAX];
    return mode != off && !fstat(fd, &status) && S_ISREG(status.st_mode) && path_of_fd(fd, path) && !strncmp(path, root, strlen(root));
}

static void lose_all(void)
{
    for (struct unsynced* each = newest; each; each = each->older) {
        if (each->what == content) {
            REAL(ssize_t, pwrite, int, void const*, size_t, off_t);
            REAL(int, ftruncate, int, off_t);
            if (each->old_count)
                (void)!real_pwrite(each->fd, each->old_bytes, each->old_count, each->offset);
            (void)!real_ftruncate(each->fd, each->old_size);
            continue;
        }
        REAL(int, rename, char const*, char const*);
        REAL(int, unlink, char const*);
        REAL(int, renameat2, int, char const*, int, char const*, unsigned);
        if (each->what == names_exchanged)
            real_renameat2(AT_FDCWD, each->path, AT_FDCWD, each->from, RENAME_EXCHANGE);
        if (each->what == name_made)
            real_unlink(each->path);
        if (each->what == name_moved)
            real_rename(each->path, each->from);
        if (each->kept[0])
            real_rename(each->kept, each->path);
    }
}

/* Before each change. 0: go on; else it must fail. Holds the lock from here to done(). */
static int change(void)
{
    pthread_mutex_lock(&lock);
    if (mode == off || getpid() != meant)
        return 0;
    ++calls;
    if (counter >= 0) {
        char text[32];
        int size = snprintf(text, sizeof text, "%ld\n", calls);
        REAL(ssize_t, pwrite, int, void const*, size_t, off_t);
        (void)!real_pwrite(counter, text, (size_t)size, 0);
    }
    if ((mode == killed || mode == lose) && calls == at) {
        if (mode == lose)
            lose_all();
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    if (mode == full && calls >= at) {
        pthread_mutex_unlock(&lock);
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

static void done(void) { pthread_mutex_unlock(&lock); }

static struct unsynced* remember(int what)
{
    struct unsynced* fresh = calloc(1, sizeof *fresh);
    fresh->what = what;
    fresh->fd = -1;
    fresh->older = newest;
    newest = fresh;
    return fresh;
}

static void remember_content(int fd, off_t offset, size_t size)
{
    struct stat status;
    if (mode != lose || fstat(fd, &status))
        return;
    struct unsynced* fresh = remember(content);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    fresh->fd = open(path, O_RDWR | O_CLOEXEC);
    fresh->device = status.st_dev;
    fresh->inode = status.st_ino;
    fresh->offset = offset;
    fresh->old_size = status.st_size;
    if (offset < status.st_size) {
        fresh->old_bytes = malloc(size);
        ssize_t got = pread(fresh->fd, fresh->old_bytes, size, offset);
        fresh->old_count = got > 0 ? (size_t)got : 0;
    }
}

static void remember_name(int what, char const* path, char const* from, char const* kept)
{
    struct stat status;
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    if (mode != lose || stat(dirname(copy), &status))
        return;
    struct unsynced* fresh = remember(what);
    fresh->device = status.st_dev;
    fresh->inode = status.st_ino;
    snprintf(fresh->path, PATH_MAX, "%s", path);
    snprintf(fresh->from, PATH_MAX, "%s", from);
    snprintf(fresh->kept, PATH_MAX, "%s", kept);
}

/* A second name for what a change is about to take away, outside the folder that is watched. */
static void keep(char const* path, char* kept)
{
    static int number = 0;
    REAL(int, link, char const*, char const*);
    kept[0] = 0;
    if (mode != lose)
        return;
    snprintf(kept, PATH_MAX, "%s/.lost-%d-%d", root, (int)meant, ++number);
    if (real_link(path, kept))
        kept[0] = 0;
}

static void synced(int fd)
{
    struct stat status;
    if (fstat(fd, &status))
        return;
    for (struct unsynced** each = &newest; *each;) {
        struct unsynced* const old = *each;
        if (old->device != status.st_dev || old->inode != status.st_ino) {
            each = &old->older;
            continue;
        }
        *each = old->older;
        if (old->fd >= 0)
            close(old->fd);
        if (old->kept[0]) {
            REAL(int, unlink, char const*);
            real_unlink(old->kept);
        }
        free(old->old_bytes);
        free(old);
    }
}

ssize_t write(int fd, void const* bytes, size_t size)
{
    REAL(ssize_t, write, int, void const*, size_t);
    if (!is_meant_fd(fd))
        return real_write(fd, bytes, size);
    if (change())
        return -1;
    remember_content(fd, lseek(fd, 0, SEEK_CUR), size);
    ssize_t const result = real_write(fd, bytes, size);
    done();
    return result;
}

ssize_t pwrite(int fd, void const* bytes, size_t size, off_t offset)
{
    REAL(ssize_t, pwrite, int, void const*, size_t, off_t);
    if (!is_meant_fd(fd))
        return real_pwrite(fd, bytes, size, offset);
    if (change())
        return -1;
    remember_content(fd, offset, size);
    ssize_t const result = real_pwrite(fd, bytes, size, offset);
    done();
    return result;
}
ssize_t pwrite64(int fd, void const* bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }

int ftruncate(int fd, off_t size)
{
    REAL(int, ftruncate, int, off_t);
    struct stat status;
    if (!is_meant_fd(fd) || fstat(fd, &status))
        return real_ftruncate(fd, size);
    if (change())
        return -1;
    remember_content(fd, size, size < status.st_size ? (size_t)(status.st_size - size) : 0);
    int const result = real_ftruncate(fd, size);
    done();
    return result;
}
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

static int synchronise(int fd, int (*real)(int))
{
    char path[PATH_MAX];
    if (mode == off || !path_of_fd(fd, path) || strncmp(path, root, strlen(root)))
        return real(fd);
    if (change())
        return -1;
    int const result = real(fd);
    if (!result)
        synced(fd);
    done();
    return result;
}

int fsync(int fd)
{
    REAL(int, fsync, int);
    return synchronise(fd, real_fsync);
}

int fdatasync(int fd)
{
    REAL(int, fdatasync, int);
    return synchronise(fd, real_fdatasync);
}

int rename(char const* from, char const* to)
{
    REAL(int, rename, char const*, char const*);
    char kept[PATH_MAX];
    if (mode == off || !is_meant(to))
        return real_rename(from, to);
    if (change())
        return -1;
    keep(to, kept);
    int const result = real_rename(from, to);
    if (!result)
        remember_name(name_moved, to, from, kept);
    done();
    return result;
}

int link(char const* from, char const* to)
{
    REAL(int, link, char const*, char const*);
    if (mode == off || !is_meant(to))
        return real_link(from, to);
    if (change())
        return -1;
    int const result = real_link(from, to);
    if (!result)
        remember_name(name_made, to, "", "");
    done();
    return result;
}

static int is_meant_at(int folder, char const* name, char* path)
{
    size_t const room = PATH_MAX - strlen(name) - 2;
    if (mode == off || !path_of_fd(folder, path) || strlen(path) > room)
        return 0;
    strcat(strcat(path, "/"), name);
    return is_meant(path);
}

int renameat2(int from_folder, char const* from, int to_folder, char const* to, unsigned flags)
{
    REAL(int, renameat2, int, char const*, int, char const*, unsigned);
    char from_path[PATH_MAX], to_path[PATH_MAX];
    if (!is_meant_at(from_folder, from, from_path) || !is_meant_at(to_folder, to, to_path))
        return real_renameat2(from_folder, from, to_folder, to, flags);
    if (change())
        return -1;
    int const result = real_renameat2(from_folder, from, to_folder, to, flags);
    if (!result)
        remember_name(flags & RENAME_EXCHANGE ? names_exchanged : name_moved, to_path, from_path, "");
    done();
    return result;
}

int unlinkat(int folder, char const* name, int flags)
{
    REAL(int, unlinkat, int, char const*, int);
    char path[PATH_MAX], kept[PATH_MAX];
    if (flags || !is_meant_at(folder, name, path))
        return real_unlinkat(folder, name, flags);
    if (change())
        return -1;
    keep(path, kept);
    int const result = real_unlinkat(folder, name, flags);
    if (!result)
        remember_name(name_gone, path, "", kept);
    done();
    return result;
}

static int take_away(char const* path, int (*real)(char const*))
{
    char kept[PATH_MAX];
    if (mode == off || !is_meant(path))
        return real(path);
    if (change())
        return -1;
    keep(path, kept);
    int const result = real(path);
    if (!result)
        remember_name(name_gone, path, "", kept);
    done();
    return result;
}

int unlink(char const* path)
{
    REAL(int, unlink, char const*);
    return take_away(path, real_unlink);
}

int remove(char const* path)
{
    REAL(int, remove, char const*);
    return take_away(path, real_remove);
}

static int open_it(char const* path, int flags, mode_t bits, int (*real)(char const*, int, ...))
{
    struct stat status;
    if (mode == off || !(flags & O_CREAT) || !is_meant(path) || !lstat(path, &status))
        return real(path, flags, bits);
    if (change())
        return -1;
    int const fd = real(path, flags, bits);
    if (fd >= 0)
        remember_name(name_made, path, "", "");
    done();
    return fd;
}

int open(char const* path, int flags, ...)
{
    REAL(int, open, char const*, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t const bits = va_arg(more, mode_t);
    va_end(more);
    return open_it(path, flags, bits, real_open);
}

int open64(char const* path, int flags, ...)
{
    REAL(int, open64, char const*, int, ...);
    va_list more;
    va_start(more, flags);
    mode_t const bits = va_arg(more, mode_t);
    va_end(more);
    return open_it(path, flags, bits, real_open64);
}
