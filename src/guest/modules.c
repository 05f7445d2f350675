/*
 * modules.c - a stock kernel's modules: which ones labs need, in which order
 */
#include "guest/modules.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "guest/initramfs.h"

/** MODULE_MAX - bytes of one module, unpacked */
#define MODULE_MAX (64UL << 20)

/* the channel first: what fails later can then be told */
static const char *const wanted[] = {
	"virtio_pci",
	"virtio_console",
	/* hosts, and looking at their sockets */
	"veth",
	"inet_diag",
	"tcp_diag",
	"af_packet",
	/* links that delay and lose, and those of user space */
	"sch_netem",
	"sch_ingress",
	"sch_tbf",
	"sch_fq",
	"cls_u32",
	"cls_bpf",
	"act_mirred",
	"ifb",
	"tun",
	"bridge",
	/* NAT; crc32c is found by name when libcrc32c begins, so no module
	 * says that it depends on it */
	"crc32c_generic",
	"nf_tables",
	"nft_ct",
	"nft_chain_nat",
	"nft_nat",
	"nft_masq",
	"nft_redir",
};

/* file names have '-' where the kernel's names have '_': modprobe(8) */
static char *name_of(const char *file)
{
	const char *base = strrchr(file, '/');
	char *name = mem_strdup(base ? base + 1 : file);
	char *end = strstr(name, ".ko");

	if (end)
		*end = '\0';
	for (char *s = name; *s; s++)
		if (*s == '-')
			*s = '_';
	return name;
}

bool modules_is(const char *file)
{
	static const char *const ends[] = {".ko", ".ko.xz", ".ko.zst",
					   ".ko.gz"};
	size_t len = strlen(file);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end = strlen(ends[i]);

		if (len > end && strcmp(file + len - end, ends[i]) == 0)
			return true;
	}
	return false;
}

void modules_add(struct modules *modules, const char *file, char *bytes,
		 size_t len)
{
	if (!modules_is(file)) {
		free(bytes);
		return;
	}
	vec_push(&modules->v, (struct module){
				      .name = name_of(file),
				      .file = mem_strdup(file),
				      .bytes = bytes,
				      .len = len,
			      });
}

int modules_scan(struct modules *modules, const char *dir, struct err *err)
{
	SCOPED_FREE char *top = mem_strdup(dir);
	char *const tops[] = {top, NULL};
	/* "build" and "source" are links that lead far away */
	FTS *fts =
		fts_open(tops, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	const FTSENT *entry;

	if (!fts)
		return err_sys(err, -errno, "%s", dir);
	while ((entry = fts_read(fts)))
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_NSOK)
			modules_add(modules, entry->fts_path, NULL, 0);
	(void)fts_close(fts); /* was open for reading */
	return 0;
}

static struct module *find(struct modules *modules, const char *name,
			   size_t len)
{
	vec_foreach(&modules->v, m)
		if (strncmp(m->name, name, len) == 0 && !m->name[len])
			return m;
	return NULL;
}

static void archive_done(struct archive **archive)
{
	(void)archive_read_free(*archive);
}

/* what was packed with gzip, xz or zstd; and what was not stays as it is */
static int unpack(const char *packed, size_t n, struct str *out)
{
	SCOPED(archive_done) struct archive *a = archive_read_new();
	struct archive_entry *entry;
	const void *block;
	la_int64_t at;
	int rc;

	if (!a)
		abort(); /* as base/mem.h */
	(void)archive_read_support_filter_gzip(a);
	(void)archive_read_support_filter_xz(a);
	(void)archive_read_support_filter_zstd(a);
	(void)archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, packed, n) != ARCHIVE_OK ||
	    archive_read_next_header(a, &entry) != ARCHIVE_OK)
		return -EBADMSG;
	while ((rc = archive_read_data_block(a, &block, &n, &at)) ==
	       ARCHIVE_OK) {
		if (n > MODULE_MAX - out->len)
			return -EFBIG;
		str_addn(out, block, n);
	}
	return rc == ARCHIVE_EOF ? 0 : -EBADMSG;
}

static int read_module(const struct module *m, struct str *out, struct err *err)
{
	SCOPED_FREE char *text = NULL;
	size_t len = m->len;
	int rc = 0;

	if (!m->bytes)
		rc = file_read(AT_FDCWD, m->file, MODULE_MAX, &text, &len, err);
	if (rc < 0)
		return rc;
	rc = unpack(m->bytes ? m->bytes : text, len, out);
	return rc < 0 ? err_set(err, rc, "%s: a damaged module", m->file) : 0;
}

/* section .modinfo is made of strings (include/linux/moduleinfo): its
 * "depends=a,b"; NULL if there is none */
static const char *depends(const struct str *module)
{
	static const char mark[] = "\0depends=";
	const char *at =
		memmem(str_text(module), module->len, mark, sizeof(mark) - 1);

	return at ? at + sizeof(mark) - 1 : NULL; /* a struct str ends in NUL */
}

static int pack_one(struct modules *modules, struct module *m,
		    struct initramfs *ramfs, struct str *order, struct err *err)
{
	SCOPED_STR struct str bytes = {0};
	SCOPED_FREE char *path = mem_printf(MODULES_DIR "/%s.ko", m->name);
	const char *need;
	int rc;

	if (m->taken)
		return 0;
	m->taken = true;
	rc = read_module(m, &bytes, err);
	if (rc < 0)
		return rc;
	for (need = depends(&bytes); need && *need;
	     need += strcspn(need, ","), need += *need == ',') {
		struct module *other = find(modules, need, strcspn(need, ","));

		/* else it is built in, or this one will not load */
		rc = other ? pack_one(modules, other, ramfs, order, err) : 0;
		if (rc < 0)
			return rc;
	}
	str_addf(order, "%s\n", m->name);
	return initramfs_bytes(ramfs, path, 0444, str_text(&bytes), bytes.len,
			       err);
}

int modules_pack(struct modules *modules, struct initramfs *ramfs,
		 struct err *err)
{
	SCOPED_STR struct str order = {0};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(wanted) / sizeof(wanted[0]);
	     i++) {
		struct module *m = find(modules, wanted[i], strlen(wanted[i]));

		rc = m ? pack_one(modules, m, ramfs, &order, err) : 0;
	}
	return rc < 0 ? rc
		      : initramfs_bytes(ramfs, MODULES_LIST, 0444,
					str_text(&order), order.len, err);
}

void modules_done(struct modules *modules)
{
	vec_foreach(&modules->v, m) {
		free(m->name);
		free(m->file);
		free(m->bytes);
	}
	vec_done(&modules->v);
}

void modules_load(void (*say)(const char *name, int code))
{
	SCOPED_FREE char *list = NULL;
	char *save = NULL;

	if (file_read(AT_FDCWD, MODULES_LIST, MODULE_MAX, &list, NULL, NULL) <
	    0)
		return; /* a kernel that has all built in */
	for (char *name = strtok_r(list, "\n", &save); name;
	     name = strtok_r(NULL, "\n", &save)) {
		SCOPED_FREE char *path = mem_printf(MODULES_DIR "/%s.ko", name);
		SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

		/* glibc has no wrapper: finit_module(2) */
		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 &&
			       errno != EEXIST))
			say(name, -errno);
	}
}
