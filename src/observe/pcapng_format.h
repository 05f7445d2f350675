/*
 * pcapng_format.h - numbers of the capture file's format
 */
#pragma once

/* block types, and options that all blocks have */
#define BLOCK_SECTION	 0x0a0d0d0aU
#define BLOCK_INTERFACE	 1U
#define BLOCK_STATISTICS 5U
#define BLOCK_PACKET	 6U
#define OPTION_END	 0U
#define OPTION_COMMENT	 1U

#define BYTE_ORDER_MAGIC 0x1a2b3c4dU
#define SECTION_APP	 4U /* shb_userappl */
#define LINK_ETHERNET	 1U /* LINKTYPE_ETHERNET */
#define IF_NAME		 2U
#define IF_DESCRIPTION	 3U
#define IF_TSRESOL	 9U /* 9: stamps are in 10^-9 s */
#define PACKET_FLAGS	 2U
#define PACKET_IN	 1U
#define PACKET_OUT	 2U
#define STAT_RECEIVED	 4U /* isb_ifrecv */
#define STAT_DROPPED	 5U /* isb_ifdrop */

/** LONG_OPTION - what one option can hold */
#define LONG_OPTION 0xffffU
