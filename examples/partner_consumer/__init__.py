"""A partner of Agora: reads its feed from the beginning, keeps what it means, proves that it missed nothing."""
