/*
 * offload.c - make a veth put on the wire what a real wire would carry
 */
#include "topo/offload.h"

#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"

/* names: net/ethtool/common.c, netdev_features_strings */
static const char *const prefixes[] = {
	"tx-checksum-", "tx-tcp",      "tx-gso-", "tx-generic-segmentation",
	"tx-udp",	"tx-sctp-seg", "rx-gro",  "rx-lro",
	"rx-udp-gro",
};

#define N_PREFIXES (sizeof(prefixes) / sizeof(prefixes[0]))

static int ethtool(int fd, const char *name, void *command, struct err *err,
		   const char *doing)
{
	struct ifreq request = {.ifr_data = command};
	int rc;

	(void)strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	rc = ioctl(fd, SIOCETHTOOL, &request);
	if (rc < 0)
		return err_sys(err, -errno, "%s of %s", doing, name);
	return rc;
}

static bool is_offload(const char *feature)
{
	for (size_t i = 0; i < N_PREFIXES; i++) {
		if (strncmp(feature, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

static int count_features(int fd, const char *name, uint32_t *n,
			  struct err *err)
{
	union {
		struct ethtool_sset_info info;
		char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} ask = {.info = {.cmd = ETHTOOL_GSSET_INFO,
			  .sset_mask = UINT64_C(1) << ETH_SS_FEATURES}};
	int rc = ethtool(fd, name, &ask, err, "count the features");

	if (rc < 0)
		return rc;
	memcpy(n, ask.info.data, sizeof(*n));
	if (*n == 0 || *n > 32 * OFFLOAD_WORDS)
		return err_set(err, -ERANGE, "%s has %u features", name, *n);
	return 0;
}

/* features have names, and numbers that differ from kernel to kernel */
static int learn(struct offload *offload, int fd, const char *name,
		 struct err *err)
{
	SCOPED_FREE struct ethtool_gstrings *strings = NULL;
	uint32_t n;
	int rc = count_features(fd, name, &n, err);

	if (rc < 0)
		return rc;
	strings = mem_zalloc(1, sizeof(*strings) + (size_t)n * ETH_GSTRING_LEN);
	strings->cmd = ETHTOOL_GSTRINGS;
	strings->string_set = ETH_SS_FEATURES;
	strings->len = n;
	rc = ethtool(fd, name, strings, err, "name the features");
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *feature = strings->data + i * ETH_GSTRING_LEN;

		if (is_offload((const char *)feature))
			offload->mask[i / 32] |= UINT32_C(1) << (i % 32);
	}
	offload->n_words = (n + 31) / 32;
	return 0;
}

/** union set_features - ETHTOOL_SFEATURES with room for its blocks */
union set_features {
	struct ethtool_sfeatures command;
	char room[sizeof(struct ethtool_sfeatures) +
		  OFFLOAD_WORDS * sizeof(struct ethtool_set_features_block)];
};

/** union get_features - ETHTOOL_GFEATURES likewise */
union get_features {
	struct ethtool_gfeatures command;
	char room[sizeof(struct ethtool_gfeatures) +
		  OFFLOAD_WORDS * sizeof(struct ethtool_get_features_block)];
};

int offload_disable(struct offload *offload, int fd, const char *name,
		    struct err *err)
{
	union set_features set = {.command = {.cmd = ETHTOOL_SFEATURES}};
	int rc = 0;

	if (!offload->n_words)
		rc = learn(offload, fd, name, err);
	if (rc < 0)
		return rc;
	set.command.size = offload->n_words;
	for (uint32_t i = 0; i < offload->n_words; i++)
		set.command.features[i].valid = offload->mask[i];
	rc = ethtool(fd, name, &set, err, "turn off the offloads");
	if (rc < 0)
		return rc;
	/* ETHTOOL_F_UNSUPPORTED: named a feature that it has not, fine */
	if (rc & ETHTOOL_F_WISH)
		return err_set(err, -EOPNOTSUPP,
			       "an offload of %s cannot be turned off", name);
	return 0;
}

int offload_count(struct offload *offload, int fd, const char *name,
		  struct err *err)
{
	union get_features get = {.command = {.cmd = ETHTOOL_GFEATURES}};
	int count = 0;
	int rc = 0;

	if (!offload->n_words)
		rc = learn(offload, fd, name, err);
	if (rc < 0)
		return rc;
	get.command.size = offload->n_words;
	rc = ethtool(fd, name, &get, err, "read the features");
	if (rc < 0)
		return rc;
	for (uint32_t i = 0; i < offload->n_words; i++)
		count += __builtin_popcount(get.command.features[i].active &
					    offload->mask[i]);
	return count;
}
