/*
 * tap.c - the frames of one interface, as its host sends and receives them
 *
 * DOC: Theory of operation
 *
 * A ring that we share with the kernel (Documentation/networking/
 * packet_mmap.rst, TPACKET_V2): fixed slots, each handed over by its status
 * word. Version 2 and not 3: 3 hands over blocks, up to a timer's tick late,
 * and a lab wants to know now.
 *
 * The kernel counts a frame that found no free slot (tp_drops); nothing else
 * is lost. A slot holds an Ethernet frame of 1,500 bytes; offloads are off in a
 * lab, so there are no longer ones unless a topology asks for them, and those
 * are cut.
 */
#include "observe/tap.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/scope.h"
#include "ns/netns.h"

/** SLOT_BYTES - one frame and what the kernel says of it; a power of two */
#define SLOT_BYTES 2048U

/** BLOCK_BYTES - what the kernel allocates at once */
#define BLOCK_BYTES 65536U

/** CPUS_AT_ONCE - so many may be filling slots; fewer than a ring has */
#define CPUS_AT_ONCE 16

/** YIELDS - wait so long for one of them, some milliseconds: that of a virtual
 * machine may have been taken away */
#define YIELDS 10000

struct tap {
	int fd;
	int failed; /* tap_prepare(): negative errno */
	uint8_t *ring;
	unsigned int n_slots;
	unsigned int at; /* the next slot to be handed over */
	struct tap_count count;
};

static struct tpacket2_hdr *slot(const struct tap *tap, unsigned int ahead)
{
	return (void *)(tap->ring + (size_t)((tap->at + ahead) % tap->n_slots) *
					    SLOT_BYTES);
}

static bool is_ours(const struct tpacket2_hdr *head)
{
	/* pairs with the kernel's write barrier before it sets the status
	 * (net/packet/af_packet.c, __packet_set_status) */
	return __atomic_load_n(&head->tp_status, __ATOMIC_ACQUIRE) &
	       TP_STATUS_USER;
}

/* slots are given out under a lock and filled without it: one CPU may be done
 * while another, which was first, is not */
static bool is_overtaken(const struct tap *tap)
{
	for (unsigned int i = 1; i <= CPUS_AT_ONCE; i++)
		if (is_ours(slot(tap, i)))
			return true;
	return false;
}

int tap_new(int netns_fd, unsigned int frames, struct tap **out,
	    struct err *err)
{
	const unsigned int a_block = BLOCK_BYTES / SLOT_BYTES;
	/* protocol 0: nothing comes before it is bound to an interface */
	int fd = netns_socket(netns_fd, AF_PACKET, SOCK_RAW, 0, err);
	struct tap *tap;

	if (fd < 0)
		return fd;
	tap = mem_new(struct tap, 1);
	tap->fd = fd;
	tap->n_slots = (frames + a_block - 1) / a_block * a_block;
	*out = tap;
	return 0;
}

void tap_prepare(struct tap *tap)
{
	struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = tap->n_slots / (BLOCK_BYTES / SLOT_BYTES),
		.tp_frame_size = SLOT_BYTES,
		.tp_frame_nr = tap->n_slots,
	};
	int version = TPACKET_V2;

	if (setsockopt(tap->fd, SOL_PACKET, PACKET_VERSION, &version,
		       sizeof(version)) < 0 ||
	    setsockopt(tap->fd, SOL_PACKET, PACKET_RX_RING, &request,
		       sizeof(request)) < 0)
		tap->failed = -errno;
}

static size_t ring_bytes(const struct tap *tap)
{
	return (size_t)tap->n_slots * SLOT_BYTES;
}

int tap_listen(struct tap *tap, int ifindex, struct err *err)
{
	struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	void *ring;

	if (tap->failed)
		return err_sys(err, tap->failed, "a ring for packets");
	ring = mmap(NULL, ring_bytes(tap), PROT_READ | PROT_WRITE, MAP_SHARED,
		    tap->fd, 0);
	if (ring == MAP_FAILED)
		return err_sys(err, -errno, "map a ring for packets");
	/* no child has a use for it; and User-Mode Linux, at least up to 6.12,
	 * loses count of such pages when they are copied by fork(2) */
	(void)madvise(ring, ring_bytes(tap), MADV_DONTFORK);
	tap->ring = ring;
	if (bind(tap->fd, (struct sockaddr *)&where, sizeof(where)) < 0)
		return err_sys(err, -errno, "listen to interface %d", ifindex);
	return 0;
}

int tap_open(int netns_fd, int ifindex, unsigned int frames, struct tap **out,
	     struct err *err)
{
	struct tap *tap;
	int rc = tap_new(netns_fd, frames, &tap, err);

	if (rc < 0)
		return rc;
	tap_prepare(tap);
	rc = tap_listen(tap, ifindex, err);
	if (rc < 0) {
		tap_close(tap);
		return rc;
	}
	*out = tap;
	return 0;
}

void tap_close(struct tap *tap)
{
	if (!tap)
		return;
	if (tap->ring)
		(void)munmap(tap->ring, ring_bytes(tap)); /* ours */
	fd_close(&tap->fd);
	free(tap);
}

int tap_fd(const struct tap *tap)
{
	return tap->fd;
}

bool tap_peek(const struct tap *tap, struct tap_frame *frame)
{
	const struct tpacket2_hdr *head = slot(tap, 0);
	const struct sockaddr_ll *from;

	for (int i = 0; !is_ours(head); i++) {
		if (i == YIELDS || !is_overtaken(tap))
			return false;
		(void)sched_yield(); /* cannot fail */
	}
	static_assert(sizeof(*head) % TPACKET_ALIGNMENT == 0,
		      "the address is right behind the header");
	from = (const void *)(head + 1);
	*frame = (struct tap_frame){
		.wall_ns = head->tp_sec * NS_PER_S + head->tp_nsec,
		.bytes = (const uint8_t *)head + head->tp_mac,
		.len = head->tp_snaplen,
		.whole_len = head->tp_len,
		.out = from->sll_pkttype == PACKET_OUTGOING,
		.stray = from->sll_pkttype == PACKET_OTHERHOST,
	};
	return true;
}

void tap_next(struct tap *tap)
{
	/* the frame was read before its room is given back */
	__atomic_store_n(&slot(tap, 0)->tp_status, TP_STATUS_KERNEL,
			 __ATOMIC_RELEASE);
	tap->at = (tap->at + 1) % tap->n_slots;
}

int tap_count(struct tap *tap, struct tap_count *count)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	/* reading sets the kernel's count to 0; tp_packets counts those dropped
	 * too */
	if (getsockopt(tap->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) <
	    0)
		return -errno;
	tap->count.frames += stats.tp_packets;
	tap->count.dropped += stats.tp_drops;
	*count = tap->count;
	return 0;
}
