// GinChat is a chat server that a company, school or community runs itself.
// See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"ginchat/asset"
	"ginchat/client"
	"ginchat/common"
	"ginchat/db_conn"
	"ginchat/httphandler"
	chathandler "ginchat/httphandler/chat"
	contacthandler "ginchat/httphandler/contact"
	userhandler "ginchat/httphandler/user"
	"ginchat/httphandlerpack/chat"
	"ginchat/httphandlerpack/contact"
	"ginchat/httphandlerpack/user"
	"ginchat/logger"
	"ginchat/model"
	"ginchat/router"
	"ginchat/service"
	"ginchat/version"
	"ginchat/view"

	"go.uber.org/zap"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Environ())
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "ginchat:", err)
	var setting *common.Error
	if errors.As(err, &setting) {
		os.Exit(2)
	}
	os.Exit(1)
}

// run is the whole program: it builds everything in order, serves until ctx
// ends, and shuts down in reverse. args and env are as in os.Args[1:] and os.Environ.
func run(ctx context.Context, args, env []string) error {
	verb, account, args := operation(args)
	cfg, err := common.Load(args, env)
	switch {
	case errors.Is(err, common.ErrHelp):
		fmt.Print(common.Usage())
		return nil
	case errors.Is(err, common.ErrVersion):
		fmt.Println(version.String())
		return nil
	case err != nil:
		return err
	}
	log, closeLog, err := logger.New(cfg.Server, cfg.Log, version.Number())
	if err != nil {
		return err
	}
	defer closeLog()
	db, err := db_conn.OpenSQL(ctx, cfg.MySQL, cfg.Server.AttachPath, log)
	if err != nil {
		return err
	}
	defer db_conn.Close(db)
	if verb != "" {
		return operate(ctx, db, verb, account)
	}
	return serve(ctx, cfg, db, log)
}

// operation takes the words of `ginchat disable ACCOUNT` off the arguments.
func operation(args []string) (verb, account string, rest []string) {
	if len(args) >= 2 && (args[0] == "disable" || args[0] == "enable") {
		return args[0], args[1], args[2:]
	}
	return "", "", args
}

// operate does to an account what its verb says. Running nodes find it in the commit log.
func operate(ctx context.Context, db *db_conn.DB, verb, account string) error {
	who, err := user.SetDisabled(ctx, user.NewStore(db, "operator"), account, verb == "disable")
	if err == nil {
		fmt.Printf("%sd %s (%s)\n", verb, who.Mobile, who.Nickname)
	}
	return err
}

// serve builds the rules on the database, and serves.
func serve(ctx context.Context, cfg common.Config, db *db_conn.DB, log *zap.Logger) error {
	health := router.NewHealth()
	with, err := join(cfg, health, log)
	if err != nil {
		return err
	}
	defer with.leave()
	store := chat.NewStore(db, with.boot)
	health.Require("database", store.Ping)
	hub := chat.NewHub(store, chathandler.Encoder{}, cfg.Limits.SocketsPerUser)
	users := user.New(user.NewStore(db, with.boot), hub, user.Config{LoginsPerUser: cfg.Limits.LoginsPerUser, LoginTries: cfg.Limits.LoginTries})
	messages, err := chat.New(ctx, store, hub, users, with.nodes, chat.Config{
		TextBytes: cfg.Limits.TextBytes, MessagesPerSecond: cfg.Limits.MessagesPerSecond,
		CommunityMembers: cfg.Limits.CommunityMembers, CommunitiesOwned: cfg.Limits.CommunitiesOwned,
	}, log)
	if err != nil {
		return err
	}
	defer messages.Close()
	contacts := contact.New(contact.NewStore(db), users, messages, messages, contact.Config{CommunityMembers: cfg.Limits.CommunityMembers})

	if cfg.Several() {
		stopRPC, err := router.StartRPC(cfg.ListenAddr(), cfg.RPC, service.NewChat(messages, cfg.RPC.Secret), log)
		if err != nil {
			return err
		}
		defer stopRPC()
	}
	stopAdmin, err := router.StartAdmin(cfg.Server.Admin, append(messages.Metrics(), with.metrics...), log)
	if err != nil {
		return err
	}
	defer stopAdmin()
	handler, sockets, err := front(cfg, health, hub, users, messages, contacts, log)
	if err != nil {
		return err
	}
	return router.Serve(ctx, cfg.Server, handler, health, sockets, log)
}

// front builds what answers clients.
func front(cfg common.Config, health *router.Health, hub *chat.Hub, users *user.Users, messages *chat.Chat, contacts *contact.Contacts,
	log *zap.Logger) (http.Handler, *chathandler.Handler, error) {
	site := httphandler.Site{Secure: cfg.Server.Secure(), Domain: cfg.Server.Domain}
	replier := httphandler.NewReplier(log)
	sockets := chathandler.New(messages, hub, replier, chathandler.Config{
		FrameBytes: cfg.Limits.FrameBytes, OutboxFrames: cfg.Limits.OutboxFrames, OutboxBytes: cfg.Limits.OutboxBytes,
		SocketsPerSecond: cfg.Limits.SocketsPerSecond, Heartbeat: cfg.Server.HeartBeat.Duration(), Site: site,
	}, log)
	assets, err := asset.New()
	if err != nil {
		return nil, nil, err
	}
	views, err := view.New(assets)
	if err != nil {
		return nil, nil, err
	}
	pages := httphandler.NewPages(views, replier, messages, contacts)
	accounts := userhandler.New(users, site)
	handler, err := router.New(cfg.Server, site, router.Handlers{
		User: accounts, UserPage: userhandler.NewPage(accounts, pages),
		Contact: contacthandler.New(contacts), ContactPage: contacthandler.NewPage(contacts, users, pages),
		Chat: sockets, ChatPage: chathandler.NewPage(messages, users, contacts, pages),
		Health: health, Assets: assets, Pages: pages, Replier: replier, Users: users,
	}, log)
	if err != nil {
		return nil, nil, err
	}
	return handler, sockets, nil
}

// company is how this node reaches the others; the zero value is a single node's.
type company struct {
	boot    string
	nodes   chat.Nodes
	metrics []model.Metric
	leave   func()
}

// join finds the other nodes, if there are any.
func join(cfg common.Config, health *router.Health, log *zap.Logger) (company, error) {
	if !cfg.Several() {
		if cfg.Redis.Configured() {
			log.Warn("redis is set and rpc.secret is not: this is a single node, which needs no Redis")
		}
		return company{leave: func() {}}, nil
	}
	transport, err := router.NodeCredentials(cfg.RPC)
	if err != nil {
		return company{}, err
	}
	peers := client.New(client.Config{Transport: transport, Secret: cfg.RPC.Secret, Dial: cfg.RPC.Dial}, log)
	boot, redis := chat.NewBoot(time.Now()), db_conn.OpenRedis(cfg.Redis, log)
	directory := chat.NewRedis(redis, cfg.AdvertisedAddr(), boot, cfg.RPC.Secret)
	health.Tell("redis", func() map[string]bool { return map[string]bool{"redis": directory.Up()} })
	health.Tell("peer", peers.Connected)
	return company{
		boot:    boot,
		nodes:   chat.Nodes{Directory: directory, Registry: directory, Peers: peers, Static: cfg.Peers()},
		metrics: append(peers.Metrics(), directory.Metrics()...),
		leave: func() {
			peers.Close()
			db_conn.CloseRedis(redis, log)
		},
	}, nil
}
