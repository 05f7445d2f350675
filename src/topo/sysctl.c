/*
 * sysctl.c - write a host's sysctls, and believe only what reads back
 */
#include "topo/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/scope.h"
#include "base/str.h"
#include "ns/netns.h"
#include "spec/topology.h"

#define LONGEST_VALUE 4096

/* "net.ipv4.conf.eth0/5.x" is /proc/sys/net/ipv4/conf/eth0.5/x (sysctl(8)) */
static int path_of(const char *name, struct str *path, struct err *err)
{
	size_t start;

	str_add(path, "/proc/sys/");
	start = path->len;
	str_add(path, name);
	for (char *c = path->s + start; *c; c++) {
		if (*c == '.')
			*c = '/';
		else if (*c == '/')
			*c = '.';
	}
	if (strncmp(name, "net.", 4) == 0 && !strstr(path->s, "/.."))
		return 0;
	(void)err_set(err, -EINVAL, "sysctl %s belongs to no host", name);
	err_remedy(err, "only sysctls of net.* exist for each host; set "
			"others on the machine");
	return -EINVAL;
}

/* without blanks around, and with one between words: tcp_rmem prints tabs */
static char *normalise(const char *text)
{
	struct str out = {0};

	while (*text) {
		size_t len = strcspn(text, " \t\n");

		if (len && out.len)
			str_addc(&out, ' ', 1);
		str_addn(&out, text, len);
		text += len;
		text += strspn(text, " \t\n");
	}
	return str_steal(&out);
}

static int explain(const struct sysctl_spec *spec, int code, struct err *err)
{
	(void)err_sys(err, code, "sysctl %s = %s", spec->name, spec->value);
	switch (-code) {
	case ENOENT:
		err_remedy(err, "this kernel has no such sysctl, or has it for "
				"the whole machine only: check the name, or "
				"set it on the machine");
		break;
	case EINVAL:
	case ERANGE:
		err_remedy(err, "the kernel does not take this value: see "
				"ip-sysctl in the kernel's documentation");
		break;
	case EACCES:
	case EPERM:
		err_remedy(err, "it may not be written from within a host: "
				"set it on the machine");
		break;
	case EROFS:
		err_remedy(err, "/proc is read-only here, as in a container: "
				"run outside of it");
		break;
	default:
		break;
	}
	return code;
}

static int read_back(const struct sysctl_spec *spec, const char *path,
		     char **value, struct err *err)
{
	SCOPED_FREE char *wanted = normalise(spec->value);
	SCOPED_FREE char *text = NULL;
	SCOPED_FREE char *got = NULL;
	int rc = file_read(AT_FDCWD, path, LONGEST_VALUE, &text, NULL, NULL);

	if (rc < 0)
		return err_sys(err, rc, "read sysctl %s back", spec->name);
	got = normalise(text);
	if (strcmp(got, wanted) != 0) {
		(void)err_set(err, -ERANGE,
			      "sysctl %s = %s was taken, and reads back as %s",
			      spec->name, wanted, got);
		err_remedy(err, "write the value that the kernel uses");
		return -ERANGE;
	}
	*value = PTR_STEAL(got);
	return 0;
}

static int write_one(const struct sysctl_spec *spec, char **value,
		     struct err *err)
{
	SCOPED_STR struct str path = {0};
	SCOPED_FD int fd = -1;
	int rc = path_of(spec->name, &path, err);

	if (rc < 0)
		return rc;
	fd = open(path.s, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return explain(spec, -errno, err);
	/* one write(2): a sysctl takes no second part */
	rc = file_write_all(fd, spec->value, strlen(spec->value));
	if (rc < 0)
		return explain(spec, rc, err);
	return read_back(spec, path.s, value, err);
}

int sysctl_write(int netns_fd, const struct sysctl_spec *specs, size_t n,
		 char **values, struct err *err)
{
	SCOPED_FREE char **got = mem_new(char *, n + 1);
	struct netns_visit visit;
	int rc = netns_visit_begin(&visit, netns_fd, err);
	size_t done = 0;

	if (rc < 0)
		return rc;
	while (rc == 0 && done < n) {
		rc = write_one(&specs[done], &got[done], err);
		if (rc == 0)
			done++;
	}
	netns_visit_end(&visit);
	if (rc == 0) {
		memcpy(values, got, n * sizeof(*values));
		return 0;
	}
	while (done)
		free(got[--done]);
	return rc;
}
