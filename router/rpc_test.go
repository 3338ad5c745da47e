package router

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"ginchat/client"
	"ginchat/common"
	"ginchat/model"
	pb "ginchat/proto/chat"
	"ginchat/service"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// inbox is a node that keeps what it is told.
type inbox chan *model.Batch

func (i inbox) Receive(batch *model.Batch) error {
	i <- batch
	return nil
}

// answer starts a node's peer server and returns its name and what it is told.
func answer(t *testing.T, secret string) (string, inbox) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	name := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	got := make(inbox, 10)
	stop, err := StartRPC(name, common.RPC{Secret: secret}, service.NewChat(got, secret), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return name, got
}

// call makes the links of a node with that secret to the node called name.
func call(t *testing.T, secret, name string) *client.Peers {
	t.Helper()
	peers := client.New(client.Config{Transport: insecure.NewCredentials(), Secret: secret}, zap.NewNop())
	peers.Connect([]string{name})
	t.Cleanup(peers.Close)
	return peers
}

func batchOf(content string) *model.Batch {
	return &model.Batch{
		Entries: []model.Forwarded{{Conversation: 5, Parties: model.Parties{Low: 1, High: 2}, Seq: 3, Op: model.OpKick, Target: 9, Frame: []byte(content)}},
		Marks:   []model.Mark{{Conversation: 5, Parties: model.Parties{Community: 7}, Reader: 1, Seq: 2, After: 3}},
		Ended:   []model.EndedLogin{{User: 1, Login: 4}}, Presences: []model.PresenceChange{{User: 1, Online: 1, At: 6, To: []int64{2, 3}}},
	}
}

func TestNodesTellEachOther(t *testing.T) {
	name, got := answer(t, "secret")
	peers := call(t, "secret", name)
	peers.Send(name, batchOf("hello"))
	select {
	case batch := <-got:
		if fmt.Sprint(batch) != fmt.Sprint(batchOf("hello")) {
			t.Errorf("told %+v", batch)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
	}
	if !peers.Connected()[name] {
		t.Error("the link does not count as up")
	}
	peers.Send("10.9.9.9:1", batchOf("to a node that is not there"))
	peers.Connect(nil)
	if len(peers.Names()) != 0 {
		t.Errorf("still linked to %v", peers.Names())
	}
}

// A node that does not have the secret is told nothing, and believed nothing.
func TestNodesWithAnotherSecret(t *testing.T) {
	name, got := answer(t, "secret")
	peers := call(t, "guess", name)
	peers.Send(name, batchOf("forged"))
	time.Sleep(time.Second)
	if peers.Connected()[name] || len(got) != 0 {
		t.Errorf("connected %v, told %d batches", peers.Connected(), len(got))
	}
}

// thief answers as a node would that has not got the secret.
type thief struct {
	pb.UnimplementedPeerServer
	got chan *pb.Batch
}

func (s thief) Deliver(stream grpc.BidiStreamingServer[pb.Batch, pb.Delivered]) error {
	proof := string(make([]byte, 32))
	if err := stream.SendHeader(metadata.Pairs(pb.ChallengeKey, string(pb.NewChallenge()), pb.ProofKey, proof)); err != nil {
		return err
	}
	for {
		batch, err := stream.Recv()
		if err != nil {
			return err
		}
		s.got <- batch
	}
}

func TestStrangersAddressIsToldNothing(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv, got := grpc.NewServer(), make(chan *pb.Batch, 10)
	pb.RegisterPeerServer(srv, thief{got: got})
	go func() { _ = srv.Serve(ln) }() // Stop ends it
	t.Cleanup(srv.Stop)
	peers := call(t, "secret", ln.Addr().String())
	peers.Send(ln.Addr().String(), batchOf("for nodes only"))
	time.Sleep(time.Second)
	if len(got) != 0 {
		t.Errorf("a stranger was sent %v", <-got)
	}
}

// Strangers on the peer port get nothing but the health check.
func TestPeerPortRefusesStrangers(t *testing.T) {
	name, got := answer(t, "secret")
	conn, err := grpc.NewClient(name, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(200<<20)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	deliver := func(pairs ...string) (grpc.BidiStreamingClient[pb.Batch, pb.Delivered], error) {
		stream, err := pb.NewPeerClient(conn).Deliver(metadata.AppendToOutgoingContext(ctx, pairs...))
		if err != nil {
			t.Fatal(err)
		}
		return stream, stream.Send(&pb.Batch{Proof: []byte("guess"), Entries: []*pb.Entry{{Conversation: 1, Name: "u:1:2", Seq: 1, Frame: []byte("x")}}})
	}
	for what, pairs := range map[string][]string{
		"no secret":          nil,
		"a token":            {"authorization", "Bearer guess"},
		"a wrong proof":      {pb.ChallengeKey, string(pb.NewChallenge())},
		"an empty challenge": {pb.ChallengeKey, ""},
	} {
		stream, _ := deliver(pairs...)
		if _, err := stream.Recv(); status.Code(err) != codes.Unauthenticated {
			t.Errorf("%s: %v, want Unauthenticated", what, err)
		}
	}
	huge, _ := deliver(pb.ChallengeKey, string(pb.NewChallenge()))
	_ = huge.Send(&pb.Batch{Entries: []*pb.Entry{{Frame: []byte(strings.Repeat("x", 100<<20))}}}) // the answer tells
	if _, err := huge.Recv(); err == nil {
		t.Error("100 MB from a stranger were taken in")
	}
	for _, method := range []string{"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/ginchat.chat.Peer/Other", "/x/y"} {
		err := conn.Invoke(ctx, method, &pb.Batch{}, &pb.Delivered{})
		if code := status.Code(err); code != codes.Unauthenticated && code != codes.Unimplemented {
			t.Errorf("%s: %v", method, err)
		}
	}
	alive, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
	if err != nil || alive.GetStatus() != healthpb.HealthCheckResponse_SERVING {
		t.Errorf("health: %v, %v", alive, err)
	}
	if len(got) != 0 {
		t.Errorf("%d batches of strangers were believed", len(got))
	}
}

// What a node with the secret sends wrongly ends its stream, not the process.
func TestPeerPortRefusesNonsense(t *testing.T) {
	name, got := answer(t, "secret")
	conn, err := grpc.NewClient(name, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(200<<20)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for what, batch := range map[string]*pb.Batch{
		"no such name":   {Entries: []*pb.Entry{{Conversation: 1, Name: "x:1", Seq: 1, Frame: []byte("x")}}},
		"negative user":  {Entries: []*pb.Entry{{Conversation: 1, Name: "u:-1:2", Seq: 1, Frame: []byte("x")}}},
		"no seq":         {Entries: []*pb.Entry{{Conversation: 1, Name: "u:1:2", Frame: []byte("x")}}},
		"no frame":       {Entries: []*pb.Entry{{Conversation: 1, Name: "u:1:2", Seq: 1}}},
		"mark of nobody": {Marks: []*pb.Mark{{Conversation: -1, Name: "u:1:2"}}},
		"nobody came":    {Presences: []*pb.Presence{{User: -64, Online: 1}}},
		"to nobody":      {Presences: []*pb.Presence{{User: 1, Online: 1, To: []int64{-1}}}},
		"nobody's login": {Ended: []*pb.Login{{User: -1, Login: 1}}},
		"100 MB":         {Entries: []*pb.Entry{{Conversation: 1, Name: "u:1:2", Seq: 1, Frame: make([]byte, 100<<20)}}},
	} {
		stream := prove(t, conn, "secret")
		_ = stream.Send(batch) // the answer tells
		if _, err := stream.Recv(); status.Code(err) != codes.InvalidArgument && status.Code(err) != codes.ResourceExhausted {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(got) != 0 {
		t.Errorf("%d batches were believed", len(got))
	}
}

// prove opens a stream as a node does.
func prove(t *testing.T, conn *grpc.ClientConn, secret string) grpc.BidiStreamingClient[pb.Batch, pb.Delivered] {
	t.Helper()
	mine := pb.NewChallenge()
	stream, err := pb.NewPeerClient(conn).Deliver(metadata.AppendToOutgoingContext(t.Context(), pb.ChallengeKey, string(mine)))
	if err != nil {
		t.Fatal(err)
	}
	header, err := stream.Header()
	if err != nil || len(header.Get(pb.ChallengeKey)) != 1 {
		t.Fatalf("header %v, %v", header, err)
	}
	proof := pb.Prove(secret, "caller", mine, []byte(header.Get(pb.ChallengeKey)[0]))
	if err := stream.Send(&pb.Batch{Proof: proof}); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	return stream
}
