package args

import "ginchat/model"

// Register is the body of POST /user/register.
type Register struct {
	Mobile   string `form:"mobile"`
	Passwd   string `form:"passwd"`
	Nickname string `form:"nickname"`
}

// Login is the body of POST /user/login.
type Login struct {
	Mobile string `form:"mobile"`
	Passwd string `form:"passwd"`
}

// FindUser is the body of POST /user/find.
type FindUser struct {
	ID     int64  `form:"id"`
	Mobile string `form:"mobile"`
}

// UpdateUser is the body of POST /user/update; what is left out stays.
type UpdateUser struct {
	Nickname *string `form:"nickname"`
	Avatar   *string `form:"avatar"`
	Sex      *string `form:"sex"`
	Memo     *string `form:"memo"`
	// Settings is a JSON object with the settings to change.
	Settings *string `form:"settings"`
}

// Passwd is the body of POST /user/passwd.
type Passwd struct {
	Old string `form:"old"`
	New string `form:"new"`
}

// EndLogin is the body of POST /user/logins/end.
type EndLogin struct {
	ID int64 `form:"id"`
}

// Profile is what everybody may know of a user.
type Profile struct {
	ID       int64  `json:"id"`
	Nickname string `json:"nickname"`
	Avatar   string `json:"avatar"`
	Sex      string `json:"sex"`
	Memo     string `json:"memo"`
	CreateAt string `json:"createat"`
}

// NewProfile returns the public side of u.
func NewProfile(u model.User) Profile {
	return Profile{ID: u.ID, Nickname: u.Nickname, Avatar: u.Avatar, Sex: u.Sex, Memo: u.Memo, CreateAt: Time(u.CreatedAt)}
}

// User is what a user gets of their own account.
type User struct {
	Profile
	Mobile   string         `json:"mobile"`
	Settings model.Settings `json:"settings"`
	// Token proves the login from now on; only POST /user/login has it.
	Token string `json:"token,omitempty"`
}

// NewUser returns u for u alone.
func NewUser(u model.User) User {
	return User{Profile: NewProfile(u), Mobile: u.Mobile, Settings: u.Settings}
}

// Device is a row of GET /user/logins.
type Device struct {
	ID       int64  `json:"id"`
	Device   string `json:"device"`
	IP       string `json:"ip"`
	CreateAt string `json:"createat"`
	SeenAt   string `json:"seenat"`
	Current  bool   `json:"current"`
}

// NewDevices returns the rows of logins, of which current is the asking one.
func NewDevices(logins []model.Login, current int64) []Device {
	devices := make([]Device, len(logins))
	for i, l := range logins {
		devices[i] = Device{ID: l.ID, Device: l.Device, IP: l.IP, CreateAt: Time(l.CreatedAt), SeenAt: Time(l.SeenAt), Current: l.ID == current}
	}
	return devices
}
