"""Two spellings of one configuration: the XML of today, and that of the first firmwares, whose names differ."""

from collections.abc import Mapping
from functools import lru_cache

from provserver.domain.phone import Phone
from provserver.domain.secret import Secret
from provserver.vendors.base import Params

GROUPS: Mapping[str, str] = {
    "sip": "SIP_CONFIG_MODULE",
    "sip/line[": "SIP_CONFIG_MODULE/SIP_Line_List/SIP_Line_List_Entry[SIP",
    "call/port[": "TELE_CONFIG_MODULE/Port_Config/Port_Config_Entry[P",
    "dsskey": "PHONE_CONFIG_MODULE",
    "key[": "PHONE_CONFIG_MODULE/Function_Key/Function_Key_Entry[Fkey",
    "phone": "PHONE_CONFIG_MODULE",
    "phone/date": "GLOBAL_CONFIG_MODULE",
    "phone/display": "GLOBAL_CONFIG_MODULE",
    "phone/timeDisplay": "PHONE_CONFIG_MODULE",
    "phone/xmlContact[": "PHONE_CONFIG_MODULE/Xml_PhoneBook/Xml_PhoneBook_Entry[XML-PBook",
    "phone/ldap[": "PHONE_CONFIG_MODULE/LDAP_Config/LDAP_Config_Entry[LDAP",
    "phone/volume": "DSP_CONFIG_MODULE",
    "web/account[": "MMI_CONFIG_MODULE/MMI_Account/MMI_Account_Entry[Account",
    "qos": "QOS_CONFIG_MODULE",
    "ap": "AUTOUPDATE_CONFIG_MODULE",
    "ap/pnp": "AUTOUPDATE_CONFIG_MODULE",
    "ap/opt": "AUTOUPDATE_CONFIG_MODULE",
}
"""Where the groups of today stood (FusionPBX x4, x3sp, h5; Wazo base.tpl). A group that is not here did not exist."""

NAMES: Mapping[str, str] = {
    "NotifyReboot": "Notify_Reboot", "STUNServer": "STUN_Server", "STUNPort": "STUN_Port",
    "PhoneNumber": "Phone_Number", "DisplayName": "Display_Name", "RegisterAddr": "Register_Addr",
    "RegisterPort": "Register_Port", "RegisterUser": "Register_User", "RegisterPswd": "Register_Pswd",
    "RegisterTTL": "Register_TTL", "EnableReg": "Enable_Reg", "ProxyAddr": "Proxy_Addr", "ProxyPort": "Proxy_Port",
    "ProxyUser": "Proxy_User", "ProxyPswd": "Proxy_Pswd", "Transport": "Transport", "DTMFMode": "DTMF_Mode",
    "MediaCrypto": "Media_Crypto", "VoiceCodecMap": "VoiceCodecMap", "PickupNum": "Pickup_Num", "MWINum": "MWI_Num",
    "Subscribe": "Subscribe", "CallWaiting": "CallWaiting", "MenuPassword": "Menu_Password",
    "EnableSNTP": "Enable_SNTP", "SNTPServer": "SNTP_Server", "TimeZone": "Time_Zone",
    "TimeZoneName": "Time_Zone_Name", "EnableDST": "Enable_DST", "DSTFixedType": "DST_Fixed_Type",
    "DSTMinOffset": "DST_Min_Offset", "DSTStartMon": "DST_Start_Mon", "DSTStartWeek": "DST_Start_Week",
    "DSTStartWday": "DST_Start_Wday", "DSTStartHour": "DST_Start_Hour", "DSTEndMon": "DST_End_Mon",
    "DSTEndWeek": "DST_End_Week", "DSTEndWday": "DST_End_Wday", "DSTEndHour": "DST_End_Hour",
    "DefaultLanguage": "Language", "TimeDisplayStyle": "Time_Display_Style", "RingType": "Ring_Type",
    "Name": "Name", "Addr": "Addr", "Password": "Password", "Level": "Level",
    "Type": "Type", "Value": "Value", "Title": "Title",
    "FuncKeyPageNum": "FuncKey_Page_Num",
    "EnableVLAN": "Enable_VLAN", "VLANID": "VLAN_ID", "LLDPTransmit": "LLDP_Transmit",
    "LLDPLearnPolicy": "LLDP_Learn_Policy",
    "FlashServerIP": "Download_Server_IP", "FlashFileName": "Config_File_Name",
    "FlashProtocol": "Download_Protocol", "FlashMode": "Download_Mode", "FlashInterval": "Download_Interval",
    "DownloadCommonConf": "Download_CommonConf", "DownloadDeviceConf": "Download_DeviceConf",
    "EnableDND": "Enable_DND", "AlwaysFWD": "Always_FWD", "AlwaysFWDNum": "Always_FWD_Num", "BusyFWD": "Busy_FWD",
    "BusyFWDNum": "Busy_FWD_Num", "NoAnswerFWD": "No_Answer_FWD", "NoAnswerFWDNum": "NoAnswer_FWD_N",
    "FWDTimer": "FWD_Timer", "Server": "Server", "port": "port", "Base": "Base", "Version": "Version",
    "Authenticate": "Authenticate", "Username": "Username", "TelAttr": "Tel_Attr", "MobileAttr": "Mobile_Attr",
    "OtherAttr": "Other_Attr", "Displayname": "Displayname",
    "NameFilter": "Filter_Name", "NumberFilter": "Filter_number",
    "AutoImageURL": "Auto_Image_URL", "PNPEnable": "PNP_Enable", "DHCPOption": "DHCP_Option",
}  # fmt: skip
"""What is not here has no old name, and is left out."""


def is_old(phone: Phone) -> bool:
    """Tell whether the phone reads the first XML: models that never got another, and any firmware 1."""
    return phone.model.facts.get("dialect") == "old" or phone.firmware.startswith("1.")


def translated(params: Params) -> Params:
    """Spell every parameter as the first firmwares did."""
    old = Params()
    for name, parameter in params.items():
        if spelled := _old(name):
            old.put(spelled, Secret(parameter.value) if parameter.secret else parameter.value, parameter.source)
    return old


@lru_cache(maxsize=4096)
def _old(name: str) -> str | None:
    group, _, leaf = name.rpartition("/")
    stem, bracket, number = group.partition("[")
    if leaf not in NAMES or stem + bracket not in GROUPS:
        return None
    return f"{GROUPS[stem + bracket]}{number}/{NAMES[leaf]}"
