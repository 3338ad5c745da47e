package main

import "time"

// What people do. All of it is assumed.
const (
	registeredPerOnline = 10               // one in ten is online when most are
	sendsPerDay         = 20               // messages a registered user sends on average
	peak                = 3                // times the average, when most is sent
	secondDevice        = 0.3              // of those online have two sockets
	visit               = 30 * time.Minute // how long a socket stays open
	toCommunities       = 0.5              // of all messages
	friends             = 50               // of a user
	friendOnline        = 0.2              // of a user's friends, and of a community's members
	correspondentOnline = 0.5              // of those who get a private message
	memberships         = 10               // communities of somebody online
	readAtOnce          = 0.05             // of those online who get a message have it before their eyes
	smallest, largest   = 3, 2000          // members; limits.community_members is 2,000
	steepness           = 2.2              // communities of s members are as many as s to the power of -2.2
	lostForwards        = 0.001            // of the entries forwarded
	awayLong            = 0.02             // of those whose node restarts are not back before it is told
	redisTrip           = 0.3              // ms, within one data centre
	beatsPerSecond      = 1.0 / 25         // heartbeats of a page
	sendsPerUser        = registeredPerOnline * sendsPerDay * peak / 86400.0
)

// What the code does; TestCodeIsAsAssumed compares.
const (
	maxBatch   = 512 // sends in a transaction
	maxForward = 512 // entries whose routes are asked for at once
	portion    = 500 // keys in a round trip to Redis
	poolSize   = 32  // connections of a node to the database
	renewAfter = time.Minute
	beatEvery  = 2 * time.Second
	drainFor   = 20 * time.Second // 80 % of server.drain
)

// What it takes, measured by make bench: loneSend and eachSend are in
// docs/performance.md, the others in docs/scaling.md.
const (
	loneSend       = 1.9   // ms from a send to its ack, at 1 in flight
	eachSend       = 0.036 // ms more for each further one in a transaction: 27,788 a second
	nodeCommit     = 430.0 // µs of a node's processor for a transaction
	nodeSend       = 55.0  // and for each message in it, pushed to one socket
	nodeMark       = 130.0 // for a read mark
	nodeFrame      = 9.2   // for a frame more
	nodeForward    = 10.0  // for an entry or mark that goes to another node, there included
	nodeHeartbeat  = 17.0
	nodeOpen       = 750.0 // for a socket that opens and syncs
	nodeTailRow    = 1.6   // for a row of the commit log with one message
	nodePut        = 2.8   // for a key put
	mariaCommit    = 360.0 // µs of MariaDB for a transaction
	mariaSend      = 38.0  // and for each message in it
	mariaMark      = 150.0 // for a read mark, or for who comes or goes: each is a read and a write
	mariaOpen      = 500.0 // for a socket that opens and syncs
	mariaTailRow   = 0.4   // for a row read from the commit log
	redisLookUp    = 0.6   // µs of Redis for a key looked up
	redisPut       = 2.3   // for one put again or dropped
	redisRoundTrip = 8.0   // for a round trip
	tailRowBytes   = 40    // of a row of the commit log
	tailEntryBytes = 42    // and for each conversation in it
	keyBytes       = 233   // of a key in Redis that one node holds
	holderBytes    = 87    // for each further node that holds it
)
