// Package router says which address leads where, and what every request goes
// through on its way.
package router

import (
	"net/http"
	"strings"

	"ginchat/asset"
	"ginchat/common"
	"ginchat/httphandler"
	chathandler "ginchat/httphandler/chat"
	contacthandler "ginchat/httphandler/contact"
	userhandler "ginchat/httphandler/user"
	"ginchat/model"
	"ginchat/version"

	"github.com/gin-gonic/gin"
	"go.uber.org/zap"
)

// Handlers are the ends of all routes.
type Handlers struct {
	User        *userhandler.Handler
	UserPage    *userhandler.Page
	Contact     *contacthandler.Handler
	ContactPage *contacthandler.Page
	Chat        *chathandler.Handler
	ChatPage    *chathandler.Page
	Health      *Health
	Assets      *asset.Assets
	Pages       *httphandler.Pages
	Replier     *httphandler.Replier
	Users       authenticator
}

// New returns the server's handler.
func New(cfg common.Server, site httphandler.Site, h Handlers, log *zap.Logger) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false // the redirect would repeat a token, and leave out every header of protect
	e.ContextWithFallback = true
	if err := e.SetTrustedProxies(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	e.Use(observe(log, h.Replier), protect(site))
	if cfg.EnforceDomain {
		e.Use(onlyDomain(cfg.Domain, h.Replier))
	}
	e.NoRoute(deadline, identify(h.Users, site.CookieName(), h.Replier), func(c *gin.Context) { notFound(c, h) })
	e.NoMethod(func(c *gin.Context) { httphandler.MethodNotAllowed(c, "this address does not take this method") })

	e.GET("/ping", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"message": "pong"}) })
	e.GET("/v1/version", version.Get)
	e.GET("/healthz", h.Health.Alive)
	e.GET("/readyz", h.Health.Ready)
	e.GET(asset.Prefix+"*name", gin.WrapH(h.Assets))
	e.GET("/", func(c *gin.Context) { c.Redirect(http.StatusSeeOther, "/chat/index.shtml") })

	known := e.Group("", uncached, sameOrigin(h.Replier), deadline, identify(h.Users, site.CookieName(), h.Replier))
	known.GET("/chat", h.Replier.JSON(h.Chat.Open))
	api(known, h)
	pages(known, h)
	return e, nil
}

func api(known *gin.RouterGroup, h Handlers) {
	json := h.Replier.JSON
	known.POST("/user/register", json(h.User.Register))
	known.POST("/user/login", json(h.User.Login))

	mine := known.Group("", signedIn(h.Replier))
	mine.POST("/user/logout", json(h.User.Logout))
	mine.POST("/user/find", json(h.User.Find))
	mine.POST("/user/update", json(h.User.Update))
	mine.POST("/user/passwd", json(h.User.Passwd))
	mine.GET("/user/logins", json(h.User.Logins))
	mine.POST("/user/logins/end", json(h.User.EndLogin))

	mine.POST("/contact/loadfriend", json(h.Contact.LoadFriend))
	mine.POST("/contact/loadrequest", json(h.Contact.LoadRequest))
	mine.POST("/contact/loadasked", json(h.Contact.LoadAsked))
	mine.POST("/contact/loadblocked", json(h.Contact.LoadBlocked))
	mine.POST("/contact/loadcommunity", json(h.Contact.LoadCommunity))
	mine.POST("/contact/loadcommunity/", json(h.Contact.LoadCommunity))
	mine.POST("/contact/addfriend", json(h.Contact.AddFriend))
	mine.POST("/contact/answerfriend", json(h.Contact.AnswerFriend))
	mine.POST("/contact/removefriend", json(h.Contact.RemoveFriend))
	mine.POST("/contact/blockuser", json(h.Contact.BlockUser))
	mine.POST("/contact/unblockuser", json(h.Contact.UnblockUser))
	mine.POST("/contact/remark", json(h.Contact.Remark))
	mine.POST("/contact/search", json(h.Contact.Search))
	for _, method := range []string{http.MethodPost, http.MethodGet} { // the original's README lists both
		mine.Handle(method, "/contact/joincommunity", json(h.Contact.JoinCommunity))
		mine.Handle(method, "/contact/createcommunity", json(h.Contact.CreateCommunity))
	}
	mine.POST("/contact/leavecommunity", json(h.Contact.LeaveCommunity))
	mine.POST("/contact/members", json(h.Contact.Members))
	mine.POST("/contact/kickmember", json(h.Contact.KickMember))
	mine.POST("/contact/setrole", json(h.Contact.SetRole))
	mine.POST("/contact/mutemember", json(h.Contact.MuteMember))
	mine.POST("/contact/updatecommunity", json(h.Contact.UpdateCommunity))
	mine.POST("/contact/dissolvecommunity", json(h.Contact.DissolveCommunity))
	mine.POST("/contact/invite", json(h.Contact.Invite))

	mine.POST("/chat/send", json(h.Chat.Send))
	mine.GET("/chat/history", json(h.Chat.History))
	mine.GET("/chat/conversations", json(h.Chat.Conversations))
	mine.POST("/chat/read", json(h.Chat.Read))
	mine.POST("/chat/mute", json(h.Chat.Mute))
}

func pages(known *gin.RouterGroup, h Handlers) {
	page := h.Pages.Page
	known.GET("/user/login.shtml", page(h.UserPage.ShowLogin))
	known.POST("/user/login.shtml", page(h.UserPage.Login))
	known.GET("/user/register.shtml", page(h.UserPage.ShowRegister))
	known.POST("/user/register.shtml", page(h.UserPage.Register))

	mine := known.Group("", signedInPage)
	mine.GET("/user/settings.shtml", page(h.UserPage.ShowSettings))
	mine.POST("/user/settings.shtml", page(h.UserPage.ActOnSettings))
	mine.GET("/chat/index.shtml", page(h.ChatPage.Show))
	mine.POST("/chat/index.shtml", page(h.ChatPage.Act))
	mine.GET("/contact/index.shtml", page(h.ContactPage.ShowContacts))
	mine.POST("/contact/index.shtml", page(h.ContactPage.ActOnContacts))
	mine.GET("/contact/community.shtml", page(h.ContactPage.ShowCommunities))
	mine.POST("/contact/community.shtml", page(h.ContactPage.ActOnCommunities))
}

// notFound answers browsers with a page and programs with the envelope.
func notFound(c *gin.Context, h Handlers) {
	if strings.Contains(c.GetHeader("Accept"), "text/html") {
		h.Pages.NotFound(c)
		return
	}
	h.Replier.Fail(c, model.Errorf(model.NotFound, "there is nothing at this address"))
}
