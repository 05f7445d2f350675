/*
 * parcel.c - a scenario's results on their way out of a guest, known whole
 *
 * DOC: Theory of operation
 *
 * A channel of bytes (virtio-serial) says neither where a message ends nor
 * whether all of it came. So a parcel begins with its length and ends with a
 * hash of all before:
 *
 *	"tcplab 1"  u32 item  u32 files  u64 bytes of the body
 *	body: for each file  u32 bytes of its name  u64 bytes  name  content
 *	SHA-256 of all that, 64 hexadecimal digits
 *
 * Numbers are little-endian. No archive's format: those are made to be mended
 * and guessed, and this one must not be.
 */
#include "guest/parcel.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/scope.h"
#include "base/sha256.h"
#include "base/str.h"

#define MAGIC		"tcplab 1"
#define MAGIC_BYTES	8
#define HEAD_BYTES	(MAGIC_BYTES + 4 + 4 + 8)
#define FILE_HEAD_BYTES (4 + 8)
#define HASH_BYTES	(SHA256_TEXT - 1)

/** FILE_MAX - bytes of one file; journals of a hundred megabytes are nobody's
 */
#define FILE_MAX (256UL << 20)

/** struct walk - one file of a parcel */
struct walk {
	char name[PARCEL_NAME_MAX + 1];
	const unsigned char *bytes;
	size_t len;
};

static void add_u32(struct str *out, uint32_t value)
{
	uint32_t le = htole32(value);

	str_addn(out, (const char *)&le, sizeof(le));
}

static void add_u64(struct str *out, uint64_t value)
{
	uint64_t le = htole64(value);

	str_addn(out, (const char *)&le, sizeof(le));
}

static uint32_t get_u32(const unsigned char *at)
{
	uint32_t le;

	memcpy(&le, at, sizeof(le));
	return le32toh(le);
}

static uint64_t get_u64(const unsigned char *at)
{
	uint64_t le;

	memcpy(&le, at, sizeof(le));
	return le64toh(le);
}

static int add_file(struct str *body, int dirfd, const char *name,
		    struct err *err)
{
	SCOPED_FREE char *text = NULL;
	size_t len;
	int rc = file_read(dirfd, name, FILE_MAX, &text, &len, err);

	if (rc < 0)
		return rc;
	add_u32(body, (uint32_t)strlen(name));
	add_u64(body, len);
	str_add(body, name);
	str_addn(body, text, len);
	return 1;
}

/* how many files, or negative errno */
static int add_folder(struct str *body, const char *folder, struct err *err)
{
	SCOPED_DIR DIR *dir = opendir(folder);
	const struct dirent *entry;
	int n = 0;
	int rc;

	if (!dir)
		return err_sys(err, -errno, "%s", folder);
	while ((entry = readdir(dir))) {
		/* these came with the job, and never go back */
		if (entry->d_type != DT_REG ||
		    strcmp(entry->d_name, "scenario.yaml") == 0 ||
		    strcmp(entry->d_name, "topology.yaml") == 0)
			continue;
		rc = add_file(body, dirfd(dir), entry->d_name, err);
		if (rc < 0)
			return rc;
		n += rc;
	}
	return n;
}

int parcel_send(int fd, uint32_t item, const char *folder, struct err *err)
{
	SCOPED_STR struct str body = {0};
	SCOPED_STR struct str all = {0};
	struct sha256 sha;
	char hash[SHA256_TEXT];
	int n = add_folder(&body, folder, err);
	int rc;

	if (n < 0)
		return n;
	str_add(&all, MAGIC);
	add_u32(&all, item);
	add_u32(&all, (uint32_t)n);
	add_u64(&all, body.len);
	str_addn(&all, str_text(&body), body.len);
	sha256_init(&sha);
	sha256_add(&sha, all.s, all.len);
	sha256_text(&sha, hash);
	str_add(&all, hash);
	rc = file_write_all(fd, all.s, all.len);
	return rc < 0 ? err_sys(err, rc, "send the results of %s", folder) : 0;
}

/* a name is one component: it leads nowhere else, and replaces no file that
 * came with the job */
static bool is_good_name(const char *name, size_t len)
{
	return strlen(name) == len && !strchr(name, '/') && name[0] != '.' &&
	       strcmp(name, "scenario.yaml") != 0 &&
	       strcmp(name, "topology.yaml") != 0;
}

/* the next file, from *@at on; false if what is there is none */
static bool next(const unsigned char **at, size_t *left, struct walk *file)
{
	size_t name;
	uint64_t len;

	if (*left < FILE_HEAD_BYTES)
		return false;
	name = get_u32(*at);
	len = get_u64(*at + 4);
	*at += FILE_HEAD_BYTES;
	*left -= FILE_HEAD_BYTES;
	if (name == 0 || name > PARCEL_NAME_MAX || name > *left ||
	    len > *left - name)
		return false;
	memcpy(file->name, *at, name);
	file->name[name] = '\0';
	file->bytes = *at + name;
	file->len = (size_t)len;
	*at += name + len;
	*left -= name + len;
	return is_good_name(file->name, name);
}

static bool body_is_good(const unsigned char *body, size_t len, uint32_t n)
{
	struct walk file;

	for (uint32_t i = 0; i < n; i++)
		if (!next(&body, &len, &file))
			return false;
	return len == 0;
}

int parcel_open(const void *bytes, size_t n, struct parcel *out,
		struct err *err)
{
	const unsigned char *b = bytes;
	struct sha256 sha;
	char hash[SHA256_TEXT];
	uint64_t body;

	if (n < HEAD_BYTES)
		return err_set(err, -ENODATA,
			       "a guest's results were cut short: %zu bytes "
			       "came",
			       n);
	if (memcmp(b, MAGIC, MAGIC_BYTES) != 0)
		return err_set(err, -EBADMSG,
			       "a guest's results are damaged: they do not "
			       "begin as they should");
	body = get_u64(b + HEAD_BYTES - 8);
	if (n - HEAD_BYTES < HASH_BYTES || body > n - HEAD_BYTES - HASH_BYTES)
		return err_set(err, -ENODATA,
			       "a guest's results were cut short: %zu bytes "
			       "came and not %ju",
			       n, (uintmax_t)body + HEAD_BYTES + HASH_BYTES);
	sha256_init(&sha);
	sha256_add(&sha, b, HEAD_BYTES + body);
	sha256_text(&sha, hash);
	if (memcmp(b + HEAD_BYTES + body, hash, HASH_BYTES) != 0 ||
	    !body_is_good(b + HEAD_BYTES, body, get_u32(b + MAGIC_BYTES + 4)))
		return err_set(err, -EBADMSG,
			       "a guest's results are damaged: %ju bytes do "
			       "not have the hash, or the files, that they say",
			       (uintmax_t)body);
	*out = (struct parcel){
		.item = get_u32(b + MAGIC_BYTES),
		.n_files = get_u32(b + MAGIC_BYTES + 4),
		.size = HEAD_BYTES + body + HASH_BYTES,
		.body = b + HEAD_BYTES,
	};
	return 0;
}

int parcel_save(const struct parcel *parcel, int dirfd, uid_t uid, gid_t gid,
		struct err *err)
{
	size_t left = parcel->size - HEAD_BYTES - HASH_BYTES;
	const unsigned char *at = parcel->body;
	struct walk file;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < parcel->n_files; i++)
		if (next(&at, &left, &file))
			rc = file_write_for(dirfd, file.name, file.bytes,
					    file.len, uid, gid, err);
	return rc;
}
