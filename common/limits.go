package common

// Limits bound what one client can take from the others; 0 switches one off.
type Limits struct {
	FrameBytes   int `key:"frame_bytes"` // of one WebSocket frame
	TextBytes    int `key:"text_bytes"`  // of a message's text
	OutboxFrames int `key:"outbox_frames"`
	OutboxBytes  int `key:"outbox_bytes"`

	LoginsPerUser  int `key:"logins_per_user"`
	SocketsPerUser int `key:"sockets_per_user"`
	// SocketsPerSecond is for one address, with SocketBurst at once.
	SocketsPerSecond int `key:"sockets_per_second"`
	// MessagesPerSecond is for one user, with MessageBurst at once.
	MessagesPerSecond int `key:"messages_per_second"`
	// LoginTries are free per account and per address; then one per 10 s.
	LoginTries int `key:"login_tries"`

	UploadBytes      int64 `key:"upload_bytes"`
	ImagePixels      int64 `key:"image_pixels"`
	UserBytes        int64 `key:"user_bytes"` // of all files of one user
	CommunityMembers int   `key:"community_members"`
	CommunitiesOwned int   `key:"communities_owned"`
}

// SocketBurst is how many sockets an address may open at once.
func (l Limits) SocketBurst() int { return (l.SocketsPerSecond*5 + 1) / 2 }

// MessageBurst is how many messages a user may send at once.
func (l Limits) MessageBurst() int { return l.MessagesPerSecond * 3 }

// Default returns the embedded mode: one node, nothing else to install.
func Default() Config {
	return Config{
		Server: Server{
			Protocol:   "http",
			IP:         "127.0.0.1",
			Port:       8080,
			Admin:      "127.0.0.1:0",
			LogPath:    "./logger/ginchat/",
			AttachPath: "./mnt/",
			HeartBeat:  60,
			Drain:      25,
		},
		RPC:     RPC{Port: 8090},
		MySQL:   MySQL{Port: 3306, User: "ginchat", DBName: "ginchat", MaxOpenConns: 32},
		Redis:   Redis{Port: 6379},
		Storage: Storage{Bucket: "ginchat", Region: "us-east-1", UseSSL: true, PathStyle: true},
		Limits:  defaultLimits(),
		Log:     Log{Level: "info"},
	}
}

func defaultLimits() Limits {
	return Limits{
		FrameBytes:        64 << 10,
		TextBytes:         8 << 10,
		OutboxFrames:      256,
		OutboxBytes:       1 << 20,
		LoginsPerUser:     20,
		SocketsPerUser:    20,
		SocketsPerSecond:  20,
		MessagesPerSecond: 10,
		LoginTries:        5,
		UploadBytes:       100 << 20,
		ImagePixels:       32_000_000,
		UserBytes:         2 << 30,
		CommunityMembers:  2000,
		CommunitiesOwned:  5,
	}
}
