/*
 * kernel.h - which kernel a guest boots: what "uml:6.12" means here
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct err;

/** enum kernel_origin - what a kernel of the cache was built from */
enum kernel_origin {
	KERNEL_ORIGIN_PACKAGE, /* the distribution's linux-source package */
	KERNEL_ORIGIN_TARBALL,
	KERNEL_ORIGIN_TREE, /* a tree of the user's: of no use to others */
	KERNEL_ORIGINS
};

/** kernel_origin_names - as in kernel.json */
extern const char *const kernel_origin_names[];

/** enum kernel_kind - what it takes to boot it */
enum kernel_kind {
	KERNEL_KIND_UML, /* a program: guest/uml.h */
	KERNEL_KIND_STOCK, /* as distributions ship them: guest/qemu.h */
	KERNEL_KINDS
};

/**
 * struct kernel - a kernel that can be booted; the strings are owned,
 * released by kernel_done()
 *
 * Of a kernel that is not in the cache, only @kind, @is_package, @path,
 * @modules and @release are known.
 */
struct kernel {
	enum kernel_kind kind;
	/** @path is a Debian package, with the kernel and its modules in it */
	bool is_package;
	/** absolute path of the User-Mode Linux program; of a stock kernel the
	 * bzImage, or the Debian package that it is in */
	char *path;
	/** absolute path of a bzImage's /lib/modules/RELEASE; NULL if there is
	 * none, and for a package, which has them in it */
	char *modules;
	/** its name in the cache, "uml-6.12.43-0123456789ab"; or NULL */
	char *key;
	/** "6.12.43": never NULL */
	char *release;
	/** what it was built from: a path; or NULL */
	char *source;
	/** SHA-256 of the configuration asked for (kernel_config.h); or NULL */
	char *fragment;
	/** SHA-256 of the whole .config; or NULL */
	char *config;
	/** "gcc (Debian 12.2.0-14) 12.2.0"; or NULL */
	char *compiler;
	/** CLOCK_REALTIME at the end of the build; 0 if unknown */
	int64_t built_ns;
	/** how long the build took; 0 if unknown */
	int64_t took_ns;
	enum kernel_origin origin;
};

/** kernel_done - release its strings and make it {0} again */
void kernel_done(struct kernel *kernel);

/** enum kernel_spec_kind - how a kernel was named */
enum kernel_spec_kind {
	KERNEL_SPEC_ANY, /* "uml" */
	KERNEL_SPEC_VERSION, /* "uml:6.12", "uml:6.12.43", "uml:6.12-rc3" */
	KERNEL_SPEC_KEY, /* "uml:uml-6.12.43-0123456789ab": the cache's */
	KERNEL_SPEC_PATH, /* "uml:./linux", "uml:../tree" */
	KERNEL_SPEC_FILE, /* "./vmlinuz", "linux-image-6.1.0-amd64.deb" */
	KERNEL_SPECS
};

/** struct kernel_spec - a kernel's name, taken apart */
struct kernel_spec {
	enum kernel_spec_kind kind;
	/** what stands behind "uml:", or all of it for FILE; borrowed from the
	 * text; "" for ANY */
	const char *what;
};

/**
 * kernel_spec_parse - take a kernel's name apart, looking at no file
 * @text: see enum kernel_spec_kind; what is behind "uml:" and neither a
 *	version nor a key is a path, and so is whatever has no "uml:"
 * @spec: untouched on failure
 * @err: says what is expected
 *
 * Return: 0; -EINVAL.
 */
int kernel_spec_parse(const char *text, struct kernel_spec *spec,
		      struct err *err);

/**
 * kernel_find - the kernel that a name stands for
 * @text: "uml": the newest of the cache, kernels built from a tree only if
 *	there is no other; "uml:6.12": the newest of that version; "uml:KEY";
 *	"uml:FILE": that program; "uml:DIR": DIR/linux if there is one, else
 *	DIR must be a kernel's source tree, and the kernel of the cache that
 *	was built from it as it is now is meant. Any other text is a file:
 *	see kernel_stock_find() for which
 * @out: released by kernel_done(); untouched on failure
 * @err: says what is missing; the remedy is "tcplab kernel build ..."
 *
 * Reads the cache (kernel_cache.h). For a source tree it runs git(1) or looks
 * at the times of all its files: about a second.
 *
 * Return: 0; -EINVAL for a bad name: also for a file that is not there, or no
 * kernel; -ENOENT if none is built; -ESTALE if it is a source tree that is not
 * built as it is now: kernel_build() mends that; negative errno of the cache's
 * files.
 */
int kernel_find(const char *text, struct kernel *out, struct err *err);
