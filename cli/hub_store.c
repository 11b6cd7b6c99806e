/* hub_store.c - see hub_store.h. What appears under its own name is whole:
 * everything is made beside its place and renamed. */
#include "hub_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "error.h"
#include "file.h"
#include "size.h"

/* Bytes for the name of anything below a model's folder. */
enum { NAME = 512 };

static const char tag[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder can be filled again: see https://bford.info/cachedir/\n";

sentiment_status snt_store_failed(
    const snt_store *store, const char *name, sentiment_error *err)
{
    int code = errno;

    return snt_fail(
        err, SENTIMENT_EIO, "%s/%s: %s", store->path, name, strerror(code));
}

/* ---- folders ---- */

/* Makes path and what is missing above it. */
static sentiment_status make_folders(char *path, sentiment_error *err)
{
    for (char *slash = path + 1;; slash++) {
        bool last;

        slash += strcspn(slash, "/");
        last = !*slash;
        *slash = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return snt_fail(
                err, SENTIMENT_EIO, "%s: %s", path, strerror(errno));
        if (last)
            return SENTIMENT_OK;
        *slash = '/';
    }
}

/* Tells programs that make backups to pass it by. */
static void put_tag(const char *cache)
{
    char path[SNT_PATH];
    int fd;

    snprintf(path, sizeof(path), "%s/CACHEDIR.TAG", cache);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return; /* it is there, or nobody needs it */
    if (write(fd, tag, sizeof(tag) - 1) < 0)
        unlink(path);
    close(fd);
}

static sentiment_status open_folder(int *fd, char *path, sentiment_error *err)
{
    sentiment_status status = make_folders(path, err);

    if (status != SENTIMENT_OK)
        return status;
    *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*fd < 0)
        return snt_fail(err, SENTIMENT_EIO, "%s: %s", path, strerror(errno));
    return SENTIMENT_OK;
}

static sentiment_status make_below(
    const snt_store *store, const char *name, sentiment_error *err)
{
    if (mkdirat(store->folder, name, 0777) && errno != EEXIST)
        return snt_store_failed(store, name, err);
    return SENTIMENT_OK;
}

void snt_store_locks(char path[SNT_PATH], const char *cache, const char *repo)
{
    char locks[SNT_HUB_FOLDER];

    snprintf(locks, sizeof(locks), "%.2000s/.locks", cache);
    snt_cache_folder(path, locks, repo);
}

sentiment_status snt_store_open(
    snt_store *store, const char *cache, const char *repo, sentiment_error *err)
{
    static const char *const below[] = {"blobs", "refs", "snapshots"};
    char path[SNT_PATH];
    sentiment_status status;

    store->folder = store->locks = -1;
    snt_cache_folder(store->path, cache, repo);
    snt_store_locks(path, cache, repo);
    status = open_folder(&store->folder, store->path, err);
    if (status == SENTIMENT_OK)
        status = open_folder(&store->locks, path, err);
    for (size_t i = 0; status == SENTIMENT_OK && i < 3; i++)
        status = make_below(store, below[i], err);
    if (status == SENTIMENT_OK)
        put_tag(cache);
    return status;
}

void snt_store_close(snt_store *store)
{
    if (store->folder >= 0)
        close(store->folder);
    if (store->locks >= 0)
        close(store->locks);
    store->folder = store->locks = -1;
}

sentiment_status snt_store_need(
    const snt_store *store, uint64_t bytes, sentiment_error *err)
{
    struct statvfs disk;
    char free[SNT_SIZE], needed[SNT_SIZE];
    uint64_t room;

    if (fstatvfs(store->folder, &disk))
        return SENTIMENT_OK; /* writing will tell */
    room = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (room >= bytes)
        return SENTIMENT_OK;
    snt_size_format(free, room);
    snt_size_format(needed, bytes);
    return snt_fail(
        err, SENTIMENT_EIO, "%s: the disk has %s free, %s are needed",
        store->path, free, needed);
}

/* ---- snapshots and refs ---- */

static bool leads_to(
    const snt_store *store, const char *link, const char *target)
{
    char found[NAME];
    ssize_t len = readlinkat(store->folder, link, found, sizeof(found) - 1);

    found[len > 0 ? len : 0] = '\0';
    return !strcmp(found, target);
}

static sentiment_status move(
    const snt_store *store, const char *from, const char *to,
    sentiment_error *err)
{
    sentiment_status status;

    if (!renameat(store->folder, from, store->folder, to))
        return SENTIMENT_OK;
    status = snt_store_failed(store, to, err);
    unlinkat(store->folder, from, 0);
    return status;
}

sentiment_status snt_store_link(
    const snt_store *store, const char *commit, const char *name,
    const char *etag, sentiment_error *err)
{
    char path[NAME], target[NAME], beside[NAME];
    sentiment_status status;

    snprintf(path, sizeof(path), "snapshots/%s", commit);
    status = make_below(store, path, err);
    if (status != SENTIMENT_OK)
        return status;
    snprintf(path, sizeof(path), "snapshots/%s/%s", commit, name);
    snprintf(target, sizeof(target), "../../blobs/%s", etag);
    if (leads_to(store, path, target))
        return SENTIMENT_OK;
    snprintf(beside, sizeof(beside), "blobs/%s.%ld.link", etag, (long)getpid());
    unlinkat(store->folder, beside, 0);
    if (symlinkat(target, store->folder, beside))
        return snt_store_failed(store, path, err);
    return move(store, beside, path, err);
}

bool snt_store_has_file(
    const snt_store *store, const char *commit, const char *name)
{
    char path[NAME];
    struct stat st;

    snprintf(path, sizeof(path), "snapshots/%s/%s", commit, name);
    return !fstatat(store->folder, path, &st, AT_SYMLINK_NOFOLLOW) &&
           S_ISREG(st.st_mode);
}

/* refs/pr and the like. */
static sentiment_status make_above(
    const snt_store *store, char *path, sentiment_error *err)
{
    for (char *slash = path; (slash = strchr(slash, '/')); slash++) {
        sentiment_status status;

        *slash = '\0';
        status = make_below(store, path, err);
        *slash = '/';
        if (status != SENTIMENT_OK)
            return status;
    }
    return SENTIMENT_OK;
}

sentiment_status snt_store_point(
    const snt_store *store, const char *revision, const char *commit,
    sentiment_error *err)
{
    char path[NAME], beside[64];
    size_t len = strlen(commit);
    sentiment_status status;
    bool written;
    int fd;

    if (!strcmp(revision, commit))
        return SENTIMENT_OK;
    snprintf(path, sizeof(path), "refs/%s", revision);
    status = make_above(store, path, err);
    if (status != SENTIMENT_OK)
        return status;
    snprintf(beside, sizeof(beside), "blobs/%ld.ref", (long)getpid());
    fd = openat(
        store->folder, beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return snt_store_failed(store, path, err);
    written = snt_file_write(fd, commit, len) && !fsync(fd);
    if (close(fd) || !written) {
        status = snt_store_failed(store, path, err);
        unlinkat(store->folder, beside, 0);
        return status;
    }
    return move(store, beside, path, err);
}

/* ---- locks ---- */

/* Some versions of huggingface_hub's lock take the file away when they are
 * done: a lock on what has no name any more excludes nobody. */
static bool is_current(int lock)
{
    struct stat st;

    return !fstat(lock, &st) && st.st_nlink > 0;
}

sentiment_status snt_store_lock(
    const snt_store *store, const char *etag, int *lock, sentiment_error *err)
{
    char name[SNT_HUB_ETAG + 8];
    int fd, code;

    snprintf(name, sizeof(name), "%s.lock", etag);
    fd = openat(store->locks, name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    *lock = -1;
    if (fd < 0)
        return snt_fail(
            err, SENTIMENT_EIO, "%s: its lock in .locks/: %s", store->path,
            strerror(errno));
    code = flock(fd, LOCK_EX | LOCK_NB) ? errno : 0;
    if (!code && is_current(fd)) {
        *lock = fd;
        return SENTIMENT_OK;
    }
    close(fd);
    if (code == ENOLCK || code == ENOSYS || code == EOPNOTSUPP)
        return SENTIMENT_OK;
    return snt_fail(err, SENTIMENT_EBUSY, "another process has it");
}

bool snt_store_is_busy(const char *cache, const char *repo)
{
    char path[SNT_PATH];
    struct dirent *entry;
    bool busy = false;
    DIR *all;

    snt_store_locks(path, cache, repo);
    all = opendir(path);
    while (all && !busy && (entry = readdir(all))) {
        int fd = openat(dirfd(all), entry->d_name, O_RDONLY | O_CLOEXEC);

        busy = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
        if (fd >= 0)
            close(fd);
    }
    if (all)
        closedir(all);
    return busy;
}
